import fc from 'fast-check';
import {
	type DecodedFrame,
	decodeFrame,
	decodeFrames,
	dnsQueries,
	encodeTcpFrame,
	followTcp,
	type HttpExchange,
	httpExchanges,
	readCapture,
	tcpConnections,
} from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { fixtureBytes } from '../../support/fixtures.ts';
import { datagram, type Host } from './talks.ts';

const client = { address: '10.0.0.9', port: 1957 };
const server = { address: '10.0.0.1', port: 8080 };
const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const textOf = (bytes: Uint8Array | undefined) => (bytes ? String.fromCharCode(...bytes) : undefined);

interface Segment {
	readonly way: '>' | '<';
	readonly sequence: number;
	readonly acknowledgement?: number;
	readonly flags?: { syn?: boolean; ack?: boolean; fin?: boolean; rst?: boolean };
	readonly text?: string;
	/** Milliseconds; 1 after the one before. */
	readonly at?: number;
}

function captured(segments: readonly Segment[], to = server): DecodedFrame[] {
	let now = 0;
	return segments.map(({ way, sequence, acknowledgement = 0, flags = {}, text = '', at }, i) => {
		const [source, destination] = way === '>' ? [client, to] : [to, client];
		const all = { ...flags, ...(acknowledgement > 0 && { ack: true }) };
		const data = encodeTcpFrame({ source, destination, sequence, acknowledgement, flags: all, payload: bytesOf(text) });
		now = at ?? now + 1;
		return decodeFrame({
			index: i + 1,
			time: BigInt(now) * 1_000_000n,
			linkType: 1,
			data,
			originalLength: data.length,
			interface: 0,
		});
	});
}

const opening: readonly Segment[] = [
	{ way: '>', sequence: 99, flags: { syn: true } },
	{ way: '<', sequence: 499, acknowledgement: 100, flags: { syn: true } },
];
const get = 'GET /a HTTP/1.1\r\nHost: h:8080\r\nUser-Agent: iPXE/1.0\r\n\r\n';

/** One request and the answer in segments of the given length, each acknowledged. */
function exchange(answer: string, length: number, request = get): Segment[] {
	const segments: Segment[] = [...opening, { way: '>', sequence: 100, acknowledgement: 500, text: request }];
	for (let at = 0; at < answer.length; at += length) {
		const text = answer.slice(at, at + length);
		segments.push({ way: '<', sequence: 500 + at, acknowledgement: 100 + request.length, text });
	}
	return segments;
}

function only<Value>(values: readonly Value[]): Value {
	expect(values).toHaveLength(1);
	return values[0] as Value;
}

const answerOf = (fields: string, body: string, status = '200 OK') => `HTTP/1.1 ${status}\r\n${fields}\r\n${body}`;

describe('HTTP', () => {
	test('EDK2 over HTTP boot, as tshark reads it; what was cut out is told', () => {
		const frames = [...decodeFrames(readCapture(fixtureBytes('captures/ovmf_http-boot.pcap')).frames)];
		const [head, whole] = httpExchanges(frames) as [HttpExchange, HttpExchange];
		// tshark -Y http -T fields -e http.request.method -e http.host -e http.user_agent -e http.response.code -e http.content_length_header
		expect(head).toMatchObject({
			method: 'HEAD',
			target: '/snponly.efi',
			host: '10.77.0.1',
			userAgent: 'UefiHttpBoot/1.0',
			status: 200,
		});
		expect(head).toMatchObject({
			url: 'http://10.77.0.1:8080/snponly.efi',
			outcome: 'complete',
			reset: false,
			contentLength: 173_792,
			bytes: 0,
		});
		expect(whole).toMatchObject({
			method: 'GET',
			status: 200,
			contentLength: 173_792,
			outcome: 'complete',
			content: undefined,
			reset: false,
		});
		// Frames 76, 77, 79 and 81 carry 7300 + 5840 + 2920 + 5840 bytes by tshark.
		expect(whole.bytes).toBe(21_900);
		expect(whole.frames).toEqual([73, 75, 76, 77, 79, 81]);
		expect(textOf(whole.head.subarray(0, 2))).toBe('MZ');
		expect(whole.issues.map(({ code }) => code)).toEqual(['missing-bytes']);
		expect(tcpConnections(frames)).toEqual([]);
	});

	test.each([1, 7, 40, 10_000])('a body with Content-Length, in segments of %i bytes', (length) => {
		const answer = answerOf('Content-Length: 5\r\nContent-Type: text/plain\r\n', 'hello');
		const result = only(httpExchanges(captured(exchange(answer, length))));
		expect(result).toMatchObject({
			client,
			server,
			method: 'GET',
			target: '/a',
			url: 'http://h:8080/a',
			userAgent: 'iPXE/1.0',
		});
		expect(result).toMatchObject({
			status: 200,
			reason: 'OK',
			contentLength: 5,
			contentType: 'text/plain',
			bytes: 5,
			outcome: 'complete',
		});
		expect(textOf(result.content)).toBe('hello');
		expect(result.frames[0]).toBe(3);
	});

	test.each([1, 5, 10_000])('a chunked body, in segments of %i bytes', (length) => {
		const body = '4\r\n#!ip\r\n0a;x=y\r\nxe\nexit\r\nZ\r\n0\r\nTrailer: x\r\n\r\n';
		const result = only(httpExchanges(captured(exchange(answerOf('Transfer-Encoding: chunked\r\n', body), length))));
		expect(textOf(result.content)).toBe('#!ipxe\nexit\r\nZ');
		expect(result).toMatchObject({ bytes: 14, outcome: 'complete' });
	});

	test('a body that ends with the connection', () => {
		const answer = answerOf('', 'to the end');
		const segments = exchange(answer, 1000);
		const open = only(httpExchanges(captured(segments)));
		expect(open).toMatchObject({ outcome: 'unknown', content: undefined });
		const closed = only(
			httpExchanges(
				captured([
					...segments,
					{ way: '<', sequence: 500 + answer.length, acknowledgement: 200, flags: { fin: true } },
				]),
			),
		);
		expect(closed).toMatchObject({ outcome: 'complete' });
		expect(textOf(closed.content)).toBe('to the end');
	});

	test('several requests on a connection: HEAD, a redirection, 100 Continue, 404', () => {
		const requests = ['HEAD /a', 'GET /b', 'GET /c', 'GET http://proxy.example/d'].map(
			(line) => `${line} HTTP/1.1\r\n\r\n`,
		);
		const answers = [
			answerOf('Content-Length: 700\r\n', ''),
			answerOf('Location: /c\r\nContent-Length: 0\r\n', '', '302 Found'),
			`HTTP/1.1 100 Continue\r\n\r\n${answerOf('Content-Length: 2\r\n', 'no', '404 Not Found')}`,
			answerOf('Content-Length: 1\r\n', 'd'),
		];
		// All at once, and one after the other.
		const pipelined = httpExchanges(captured(exchange(answers.join(''), 30, requests.join(''))));
		expect(pipelined.map(({ method, url, status, content }) => [method, url, status, textOf(content)])).toEqual([
			['HEAD', 'http://10.0.0.1:8080/a', 200, undefined],
			['GET', 'http://10.0.0.1:8080/b', 302, ''],
			['GET', 'http://10.0.0.1:8080/c', 404, 'no'],
			['GET', 'http://proxy.example/d', 200, 'd'],
		]);
		expect(pipelined[1]?.location).toBe('/c');
		const segments: Segment[] = [...opening];
		let [sent, received] = [100, 500];
		for (const [i, text] of requests.entries()) {
			segments.push({ way: '>', sequence: sent, acknowledgement: received, text });
			sent += text.length;
			segments.push({ way: '<', sequence: received, acknowledgement: sent, text: answers[i] ?? '' });
			received += answers[i]?.length ?? 0;
		}
		expect(httpExchanges(captured(segments)).map(({ status }) => status)).toEqual([200, 302, 404, 200]);
	});

	test('any order, repeats and overlaps give the same; sequence numbers may wrap', () => {
		const body = 'abcdefghijklmnopqrstuvwxyz'.repeat(8);
		const answer = answerOf(`Content-Length: ${body.length}\r\n`, body);
		fc.assert(
			fc.property(
				fc.nat({ max: 0xffff_ffff }),
				fc.array(fc.tuple(fc.nat({ max: answer.length - 1 }), fc.integer({ min: 1, max: 60 })), { maxLength: 12 }),
				fc.integer({ min: 1, max: 40 }),
				fc.infiniteStream(fc.nat()),
				(initial, extra, length, order) => {
					const pieces = [...extra];
					for (let at = 0; at < answer.length; at += length) pieces.push([at, length]);
					const mixed = pieces
						.map((piece) => ({ piece, key: order.next().value as number }))
						.sort((a, b) => a.key - b.key);
					const sequence = (at: number) => (initial + 1 + at) % 2 ** 32;
					const frames = captured([
						{ way: '>', sequence: 99, flags: { syn: true } },
						{ way: '<', sequence: initial, acknowledgement: 100, flags: { syn: true } },
						{ way: '>', sequence: 100, text: get },
						...mixed.map(
							({ piece: [at, size] }): Segment => ({
								way: '<',
								sequence: sequence(at),
								text: answer.slice(at, at + size),
							}),
						),
					]);
					const result = only(httpExchanges(frames));
					expect(textOf(result.content)).toBe(body);
					expect(result).toMatchObject({ bytes: body.length, outcome: 'complete', issues: [] });
				},
			),
			{ numRuns: 200 },
		);
	});

	test('a segment that the capture lacks: counted once the client has acknowledged it', () => {
		const answer = answerOf('Content-Length: 50\r\n', 'x'.repeat(50));
		const segments = exchange(answer, 20).filter((_, i) => i !== 5);
		const result = only(
			httpExchanges(captured([...segments, { way: '>', sequence: 200, acknowledgement: 500 + answer.length }])),
		);
		expect(result).toMatchObject({ bytes: 30, contentLength: 50, outcome: 'complete', content: undefined });
		expect(result.issues).toEqual([{ code: 'missing-bytes', message: '20 bytes are not in the capture' }]);
	});

	test('no answer, silence in the middle, a reset, and the end of the recording', () => {
		const asked = exchange('', 1);
		const later: Segment = { way: '>', sequence: 200, at: 60_000 };
		const elsewhere = datagram(
			99,
			{ address: '10.0.0.7', port: 7 },
			{ address: '10.0.0.8', port: 7 },
			new Uint8Array(1),
			60_000,
		);
		const half = exchange(answerOf('Content-Length: 50\r\n', 'x'), 1000);
		expect(only(httpExchanges(captured(asked)))).toMatchObject({ status: undefined, outcome: 'unknown', reset: false });
		expect(only(httpExchanges([...captured(asked), elsewhere])).outcome).toBe('unanswered');
		expect(only(httpExchanges([...captured(half), elsewhere])).outcome).toBe('incomplete');
		const reset = only(httpExchanges(captured([...half, { ...later, flags: { rst: true } }])));
		expect(reset).toMatchObject({ outcome: 'incomplete', reset: true, status: 200, bytes: 1 });
		const after = exchange(answerOf('Content-Length: 1\r\n', 'x'), 1000);
		expect(only(httpExchanges(captured([...after, { ...later, flags: { rst: true } }])))).toMatchObject({
			outcome: 'complete',
			reset: false,
		});
	});

	test('a capture that starts after the handshake, or after the request', () => {
		const all = captured(exchange(answerOf('Content-Length: 5\r\n', 'hello'), 1000));
		expect(only(httpExchanges(all.slice(2)))).toMatchObject({ method: 'GET', outcome: 'complete' });
		const late = only(httpExchanges(all.slice(3)));
		expect(late).toMatchObject({ client, server, method: '', status: 200, outcome: 'complete' });
		expect(late.issues.map(({ code }) => code)).toEqual(['starts-in-the-middle']);
	});

	test.each([
		'EHLO client.example\r\n\r\n',
		'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
		'OPTIONS sip:a@b SIP/2.0\r\n\r\n',
		'\x01\x02',
	])('what is not HTTP/1 is a connection: %j', (text) => {
		const frames = captured(exchange('220 hello\r\n\r\n', 1000, text));
		expect(httpExchanges(frames)).toEqual([]);
		expect(only(tcpConnections(frames))).toMatchObject({
			outcome: 'open',
			bytesFromClient: text.length,
			bytesFromServer: 13,
		});
	});
});

describe('TCP connections', () => {
	const iscsi = { address: '10.0.0.1', port: 3260 };
	const syn: Segment = { way: '>', sequence: 99, flags: { syn: true } };

	test('open', () => {
		const frames = captured([...opening, { way: '>', sequence: 100, text: '\x43\x87' }], iscsi);
		expect(only(tcpConnections(frames))).toMatchObject({
			client,
			server: iscsi,
			outcome: 'open',
			attempts: 1,
			reset: false,
			frames: [1, 2],
		});
	});

	test('refused; unanswered; and not known', () => {
		const rst: Segment = { way: '<', sequence: 0, acknowledgement: 100, flags: { rst: true } };
		expect(only(tcpConnections(captured([syn, rst], iscsi)))).toMatchObject({
			outcome: 'refused',
			reset: false,
			frames: [1, 2],
		});
		expect(only(tcpConnections(captured([syn, { ...syn, at: 1000 }, { ...syn, at: 3000 }])))).toMatchObject({
			outcome: 'unanswered',
			attempts: 3,
		});
		expect(only(tcpConnections(captured([syn]))).outcome).toBe('unknown');
		expect(
			only(tcpConnections(captured([...opening, { way: '<', sequence: 500, flags: { rst: true } }]))),
		).toMatchObject({ outcome: 'open', reset: true });
	});

	test('iSCSI in real captures, on the ports that tshark lists', () => {
		const of = (name: string) =>
			only(tcpConnections(decodeFrames(readCapture(fixtureBytes(`captures/${name}.pcap`)).frames)));
		expect(of('uefi-edk2-iscsidxe-login-then-pxe')).toMatchObject({
			outcome: 'open',
			attempts: 1,
			server: { address: '10.0.2.2', port: 13260 },
		});
		expect(of('bios-ipxe-iscsi-over-ipv6')).toMatchObject({
			outcome: 'open',
			server: { address: 'fec0::2', port: 13261 },
		});
	});

	test('a flood of SYNs displaces no open connection, and stays bounded', () => {
		const answer = answerOf('Content-Length: 1\r\n', 'x');
		const [whole] = [captured(exchange(answer, 1000))];
		const flood = Array.from({ length: 2000 }, (_, i) => {
			const [frame] = captured([syn], { address: `10.2.${i >> 8}.${i & 255}`, port: 80 });
			return frame as DecodedFrame;
		});
		const follower = followTcp({ maxConnections: 50 });
		const before = [...whole.slice(0, 3), ...flood].flatMap((frame) => follower.push(frame));
		expect(before).toHaveLength(1950);
		expect(whole.slice(3).flatMap((frame) => follower.push(frame))).toMatchObject([
			{ type: 'http', exchange: { outcome: 'complete' } },
		]);
		expect(follower.end()).toHaveLength(50);
	});

	test('any segments whatever give values', () => {
		const text = fc.oneof(
			fc.string({ maxLength: 30 }),
			fc.constantFrom(
				get,
				answerOf('Content-Length: 9\r\n', 'ab'),
				answerOf('Transfer-Encoding: chunked\r\n', '5\r\nab'),
				'HTTP/',
				'GET ',
			),
		);
		const segment = fc.record({
			way: fc.constantFrom('>' as const, '<' as const),
			sequence: fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 0xffff_ffff })),
			acknowledgement: fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 0xffff_ffff })),
			flags: fc.record(
				{ syn: fc.boolean(), ack: fc.boolean(), fin: fc.boolean(), rst: fc.boolean() },
				{ requiredKeys: [] },
			),
			text: text.map((value) => value.replace(/[^ -~\r\n]/g, '?')),
		});
		fc.assert(
			fc.property(fc.array(segment, { maxLength: 40 }), (segments) => {
				const frames = captured(segments);
				for (const { content, bytes, frames: own } of httpExchanges(frames)) {
					if (content) expect(content.length).toBe(bytes);
					expect(own).toEqual([...own].sort((a, b) => a - b));
				}
				for (const { attempts } of tcpConnections(frames)) expect(attempts).toBeLessThanOrEqual(segments.length);
			}),
			{ numRuns: 500 },
		);
	});
});

describe('DNS', () => {
	const resolver: Host = { address: '10.0.0.1', port: 53 };
	const asking: Host = { address: '10.0.0.9', port: 4000 };
	const question = '\x04boot\x07example\0\0\x01\0\x01';
	const query = bytesOf(`\x12\x34\x01\0\0\x01\0\0\0\0\0\0${question}`);
	const answer = (flags: string, count: number, records: string) =>
		bytesOf(`\x12\x34${flags}\0\x01\0${String.fromCharCode(count)}\0\0\0\0${question}${records}`);
	const address = '\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x0a\0\0\x07';
	const alias = '\xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x02\xc0\x11';

	test.each([
		['an address', '\x81\x80', 1, address, 'address', ['10.0.0.7']],
		['an alias and its address', '\x81\x80', 2, alias + address, 'address', ['10.0.0.7']],
		['none of this type', '\x81\x80', 0, '', 'no-address', []],
		['NXDOMAIN', '\x81\x83', 0, '', 'no-such-name', []],
		['SERVFAIL', '\x81\x82', 0, '', 'failed', []],
		['an answer that is cut', '\x81\x80', 2, address + alias.slice(0, 5), 'address', ['10.0.0.7']],
	] as const)('answered with %s', (_, flags, count, records, outcome, addresses) => {
		const frames = [
			datagram(1, asking, resolver, query, 0),
			datagram(2, resolver, asking, answer(flags, count, records), 5),
		];
		expect(dnsQueries(frames)).toEqual([
			{
				client: asking,
				server: resolver,
				name: 'boot.example',
				type: 'A',
				outcome,
				responseCode: (flags.charCodeAt(1) as number) & 15,
				addresses,
				queries: 1,
				frames: [1, 2],
				start: 0n,
				end: 5_000_000n,
			},
		]);
	});

	test('asked again and not answered; not known at the end; an answer to something else', () => {
		const first = datagram(1, asking, resolver, query, 0);
		expect(only(dnsQueries([first])).outcome).toBe('unknown');
		expect(only(dnsQueries([first, datagram(2, asking, resolver, query, 2000)]))).toMatchObject({
			outcome: 'unanswered',
			queries: 2,
			frames: [1, 2],
		});
		const other = answer('\x81\x80', 1, address);
		other[0] = 0x55;
		expect(only(dnsQueries([first, datagram(2, resolver, asking, other, 5)]))).toMatchObject({
			outcome: 'unknown',
			frames: [1],
		});
	});

	test('any bytes on port 53 give values', () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 60 })), { maxLength: 20 }), (packets) => {
				const frames = packets.map(([ask, rest], i) => {
					const payload =
						rest.length > 40 ? rest : Uint8Array.of(0, 1, ask ? 1 : 0x81, 0, 0, 1, 0, 2, 0, 0, 0, 0, ...rest);
					return ask ? datagram(i + 1, asking, resolver, payload, i) : datagram(i + 1, resolver, asking, payload, i);
				});
				expect(dnsQueries(frames).length).toBeLessThanOrEqual(packets.length);
			}),
			{ numRuns: 500 },
		);
	});
});
