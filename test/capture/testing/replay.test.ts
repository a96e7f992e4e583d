import { bootTimeline, type CaptureFile, encodeUdpFrame, formatReplay, readCapture, replay } from 'pxekit/capture';
import { type DhcpPacketInit, decodeDhcp, encodeDhcp } from 'pxekit/dhcp';
import { createDhcpResponder, createProxyDhcp } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';
import { capturedFiles, replayFile } from '../../../src/capture/testing/replay-files.ts';
import { bootRequestBytes } from '../../support/boot-packets.ts';
import { fixtureBytes } from '../../support/fixtures.ts';

const capture = (name: string) => readCapture(fixtureBytes(`captures/${name}.pcap`));

/** What the dnsmasq proxy of the captures serves. */
const files: Record<number, string> = { 0: 'pxelinux.0', 7: 'snponly.efi', 10: 'snponly-arm.efi' };
const server = '192.168.77.2';
const proxy = createProxyDhcp({ serverAddress: server, boot: ({ arch }) => ({ file: files[arch] as string }) });

const shortOf = (report: Awaited<ReturnType<typeof replay>>) =>
	report.differences.map(({ frame, answerFrame, kind, field }) => [frame, answerFrame, kind, field].join(' '));

describe('our proxy in place of the dnsmasq of a capture', () => {
	// Why each of them: test/pxe/dnsmasq-agreement.test.ts.
	test('BIOS: the file already in the OFFER, and nothing else', async () => {
		const report = await replay(capture('bios-ipxe-e1000_plain+proxysingle'), { dhcp: proxy.respond }, { server });
		expect(shortOf(report)).toEqual(['1 2 field siaddr', '1 2 field file', '1 2 field option 43']);
		expect(report.exchanges.map(({ frame, answered }) => [frame, answered.length])).toEqual([
			[1, 1],
			[10, 0],
			[12, 1],
		]);
		expect(report.exchanges[1]?.ignored).toBe('not-for-proxy');
	});

	test('UEFI: the same OFFER; an address in sname on port 4011', async () => {
		const all = await replay(capture('ovmf-x64-pxe_plain+proxysingle'), { dhcp: proxy.respond }, { server });
		const ofFirmware = shortOf(all).filter((line) => Number.parseInt(line, 10) < 10);
		expect(ofFirmware).toEqual(['6 7 field sname']);
		const fields = new Set(all.differences.map(({ field }) => field));
		expect(fields).toEqual(new Set(['sname', 'file', 'option 43']));
		const except = [...fields];
		const none = await replay(capture('ovmf-x64-pxe_plain+proxysingle'), { dhcp: proxy.respond }, { server, except });
		expect(none.differences).toEqual([]);
		expect(none.exchanges.length).toBe(21);
	});

	test('U-Boot: no difference', async () => {
		const report = await replay(capture('uboot-arm32_plain+proxy'), { dhcp: proxy.respond }, { server });
		expect(report.differences).toEqual([]);
		expect(formatReplay(report)).toBe('DHCP requests: 4, files: 0, differences: 0');
	});
});

describe('a responder that does otherwise', () => {
	const boot = capture('uboot-arm32_plain+proxy');
	const run = (dhcp: Parameters<typeof replay>[1]['dhcp']) => replay(boot, { dhcp }, { server });

	test('what it changed is what is reported', async () => {
		const report = await run(async (request, received) => {
			const answer = await proxy.respond(request, received);
			if (!answer.reply) return answer;
			const options = decodeDhcp(answer.bytes).options.with({ bootfileName: 'other.efi', router: ['10.0.0.9'] });
			const reply: DhcpPacketInit = { ...decodeDhcp(answer.bytes), siaddr: '10.9.9.9', options };
			return { reply, destination: { address: '10.9.9.8', port: 68 } };
		});
		const answers = report.exchanges.flatMap(({ captured }) => captured).length;
		expect(answers).toBeGreaterThan(0);
		expect(report.differences.length).toBe(answers * 4);
		expect(new Set(report.differences.map(({ field }) => field))).toEqual(
			new Set(['siaddr', 'option 3', 'option 67', 'destination']),
		);
		expect(report.differences[0]).toMatchObject({
			kind: 'field',
			captured: server,
			answered: '10.9.9.9',
		});
		expect(formatReplay(report)).toContain('siaddr is 192.168.77.2 in frame ');
		expect(formatReplay(report)).toContain('option 3 router is absent in frame ');
	});

	test('silence', async () => {
		const report = await run(() => undefined);
		const captured = report.exchanges.filter((exchange) => exchange.captured.length > 0);
		expect(captured.length).toBeGreaterThan(0);
		expect(report.differences.map(({ kind, frame }) => [kind, frame])).toEqual(
			captured.map(({ frame }) => ['missing-answer', frame]),
		);
	});

	test('silence with its reason', async () => {
		const report = await run(() => ({ ignored: 'asleep' }));
		expect(formatReplay(report)).toContain('192.168.77.2 sent OFFER in frame ');
		expect(formatReplay(report)).toContain('the responder nothing (asleep)');
	});

	test('a server that is not in the capture: no difference to a silent responder, and that is said', async () => {
		const none = await replay(boot, { dhcp: () => undefined }, { server: '10.9.9.9' });
		expect(none.differences).toEqual([]);
		expect(formatReplay(none)).toBe(
			'DHCP requests: 4, files: 0, differences: 0\n  the capture has no answer to these DHCP requests, or none of the server that was named: nothing was compared',
		);
		expect(formatReplay(await run(() => undefined))).not.toContain('nothing was compared');
	});

	test('an answer too many', async () => {
		const report = await run(async (request, received) => {
			const answer = await proxy.respond(request, received);
			return answer.reply ? [answer, answer.bytes] : answer;
		});
		expect(report.differences.length).toBeGreaterThan(0);
		expect(new Set(report.differences.map(({ kind }) => kind))).toEqual(new Set(['extra-answer']));
	});

	test.each([
		[
			'throws',
			() => {
				throw new Error('no such host');
			},
			'no such host',
		],
		['rejects', () => Promise.reject(new Error('too late')), 'too late'],
		['returns what is no packet', () => new Uint8Array(5), 'the responder failed'],
		['returns a string', () => 'ipxe.efi' as never, 'it gave a string, and neither a packet nor undefined'],
		['returns what can not be sent', () => ({ op: 2, xid: -1, chaddr: '' }), 'the responder failed'],
	] as const)('%s: told for each request, and the replay goes on', async (_, dhcp, words) => {
		const report = await run(dhcp);
		expect(report.differences.length).toBe(report.exchanges.length);
		expect(report.exchanges.length).toBe(4);
		expect(new Set(report.differences.map(({ kind }) => kind))).toEqual(new Set(['failed']));
		expect(formatReplay(report)).toContain(words);
	});
});

/** A capture of Ethernet frames with UDP, in order. */
function captureOf(...frames: readonly Parameters<typeof encodeUdpFrame>[0][]): CaptureFile {
	const encoded = frames.map(encodeUdpFrame);
	return {
		...capture('uboot-arm32_plain+proxy'),
		frames: encoded.map((data, i) => ({
			index: i + 1,
			time: BigInt(i) * 1_000_000n,
			linkType: 1,
			data,
			originalLength: data.length,
			interface: 0,
		})),
	};
}

const client = { address: '0.0.0.0', port: 68, mac: '52:54:00:12:34:56' };
const everyone = { address: '255.255.255.255', port: 67 };
const offerFrom = (address: string, options = {}) => ({
	source: { address, port: 67 },
	destination: { address: '255.255.255.255', port: 68 },
	payload: encodeDhcp({
		op: 2,
		xid: 0x1234_5678,
		chaddr: '52:54:00:12:34:56',
		siaddr: address,
		options: { messageType: 'OFFER', serverIdentifier: address, ...options },
	}),
});

describe('which request, which answer', () => {
	const discover = { source: client, destination: everyone, payload: bootRequestBytes() };
	const again = { source: client, destination: everyone, payload: bootRequestBytes({}, { secs: 4 }) };
	const boot = captureOf(discover, again, offerFrom('10.0.0.1'), offerFrom('10.0.0.2', { bootfileName: 'a' }));

	test('a repeat is given once', async () => {
		let asked = 0;
		await replay(boot, { dhcp: () => void asked++ });
		expect(asked).toBe(1);
	});

	test('without a server, all captured answers count, each against the one most like it', async () => {
		const dhcp = () => [offerFrom('10.0.0.2', { bootfileName: 'b' }).payload, offerFrom('10.0.0.1').payload];
		expect(shortOf(await replay(boot, { dhcp }))).toEqual(['1 4 field option 67']);
		const one = await replay(boot, { dhcp: () => offerFrom('10.0.0.1').payload });
		expect(shortOf(one)).toEqual(['1 4 missing-answer missing-answer']);
	});

	test('with a server, only its own', async () => {
		const dhcp = () => offerFrom('10.0.0.1').payload;
		expect(shortOf(await replay(boot, { dhcp }, { server: '10.0.0.1' }))).toEqual([]);
		const other = shortOf(await replay(boot, { dhcp }, { server: '10.0.0.2' }));
		expect(other).toEqual(['1 4 field siaddr', '1 4 field option 54', '1 4 field option 67']);
		const nobody = shortOf(await replay(boot, { dhcp }, { server: '10.0.0.3' }));
		expect(nobody).toEqual(['1  extra-answer extra-answer']);
	});

	test('what was sent to another server alone is not given', async () => {
		const request = { ...discover, destination: { address: '10.0.0.2', port: 4011 } };
		const seen: unknown[] = [];
		const toSecond = captureOf({ ...request, payload: bootRequestBytes({ messageType: 'REQUEST' }) });
		const dhcp = (_: unknown, received: unknown) => void seen.push(received);
		await replay(toSecond, { dhcp }, { server: '10.0.0.1' });
		expect(seen).toEqual([]);
		await replay(toSecond, { dhcp }, { server: '10.0.0.2' });
		expect(seen).toEqual([{ port: 4011, source: { address: '0.0.0.0', port: 68 }, unicast: true }]);
	});

	test('the responder of a DHCP server fits as it is', async () => {
		const subnet = { subnet: '10.77.0.0/24', pool: [{ from: '10.77.0.100', to: '10.77.0.150' }] };
		const { respond } = createDhcpResponder({ serverAddress: '10.77.0.1', networks: [subnet] });
		const report = await replay(capture('bios-ipxe-rom_dnsmasq-dhcp_tftp-script-linux'), { dhcp: respond });
		expect(report.exchanges.map(({ answered }) => answered.map(({ op }) => op))).toEqual([[2], [2]]);
		expect(report.differences.map(({ kind }) => kind)).not.toContain('failed');
	});
});

describe('files', () => {
	const boot = capture('bios-ipxe-rom_dnsmasq-dhcp_tftp-script-linux');
	/** The script as it stands in the one DATA packet that has it. */
	const script = (() => {
		const bytes = fixtureBytes('captures/bios-ipxe-rom_dnsmasq-dhcp_tftp-script-linux.pcap');
		const start = new TextDecoder('latin1').decode(bytes).indexOf('#!ipxe');
		return bytes.slice(start, start + 199);
	})();

	test('whole files by content, others by size and by what is there', async () => {
		const report = await replay(boot, {
			file: ({ name }) => (name === 'boot.ipxe' ? script : new Uint8Array(name === 'vmlinuz' ? 14_186_432 : 1_044_169)),
		});
		expect(report.files.map(({ request, found }) => [request.name, found])).toEqual([
			['boot.ipxe', true],
			['vmlinuz', true],
			['initrd.img', true],
		]);
		// The kernel begins with "MZ" and the first byte of zeros is wrong; the other is too short by one.
		expect(
			report.differences.map(({ frame, field, captured, answered }) => [frame, field, captured, answered]),
		).toEqual([
			[20, 'content', 'byte 0 is 0x4d', '0x00'],
			[41, 'size', '1044170 bytes', '1044169 bytes'],
		]);
	});

	test('one changed byte', async () => {
		const changed = script.slice();
		changed[100] = (changed[100] as number) ^ 1;
		const report = await replay(boot, { file: ({ name }) => (name === 'boot.ipxe' ? changed : undefined) });
		expect(report.differences[0]).toMatchObject({ kind: 'file', field: 'content', frame: 15 });
		expect(report.differences[0]?.captured).toContain('byte 100 ');
		expect(report.differences.slice(1).map(({ field, answered }) => [field, answered])).toEqual([
			['found', 'refused'],
			['found', 'refused'],
		]);
	});

	test('a server that never answered; one that throws', async () => {
		const wrong = capture('ovmf_proxydhcp-two-servers_wrong-next-server');
		const found = await replay(wrong, { file: () => new Uint8Array(3) }, { server: '10.77.0.3' });
		expect(found.differences.map(({ frame, captured, answered }) => [frame, captured, answered])).toEqual([
			[57, 'no answer', '3 bytes'],
		]);
		const refused = await replay(wrong, { file: () => undefined }, { server: '10.77.0.3' });
		expect(refused.differences).toEqual([]);
		const failing = await replay(
			wrong,
			{
				file: () => {
					throw new Error('disk');
				},
			},
			{ server: '10.77.0.3' },
		);
		expect(failing.differences.map(({ kind, message }) => [kind, message])).toEqual([
			['failed', 'frame 57, TFTP "vmlinuz": the responder failed: disk'],
		]);
	});

	test('HTTP boot of a capture: size of HEAD and GET, and what the capture has of the file', async () => {
		const boot = capture('ovmf_http-boot');
		const report = await replay(boot, { file: ({ protocol }) => new Uint8Array(protocol === 'http' ? 173_792 : 0) });
		expect(report.files.map(({ frame, request, found }) => [frame, request.method, request.url, found])).toEqual([
			[63, 'HEAD', 'http://10.77.0.1:8080/snponly.efi', true],
			[73, 'GET', 'http://10.77.0.1:8080/snponly.efi', true],
		]);
		// "MZ".
		expect(report.differences.map(({ frame, captured, answered }) => [frame, captured, answered])).toEqual([
			[73, 'byte 0 is 0x4d', '0x00'],
		]);
		const short = await replay(boot, { file: () => new Uint8Array(3) });
		expect(short.differences.map(({ frame, field, captured }) => [frame, field, captured])).toEqual([
			[63, 'size', '173792 bytes'],
			[73, 'size', '173792 bytes'],
		]);
	});

	test('HTTP: status and Content-Length', async () => {
		const [session] = bootTimeline(boot);
		if (!session) throw new Error('no session');
		const exchange = {
			client: { address: '10.0.0.9', port: 1000 },
			server: { address: '10.0.0.1', port: 80 },
			method: 'GET',
			target: '/ipxe.efi?x=1',
			url: 'http://10.0.0.1/ipxe.efi?x=1',
			head: Uint8Array.of(77, 90),
			frames: [7],
			start: 0n,
			end: 0n,
			reset: false,
			outcome: 'complete' as const,
			bytes: 2,
			issues: [],
		};
		const differencesOf = async (status: number | undefined, contentLength: number, bytes: Uint8Array | undefined) => {
			const event = {
				type: 'http',
				exchange: { ...exchange, status, contentLength },
				frames: [7],
				time: 0n,
				end: 0n,
			} as const;
			const stage = { kind: 'rom', name: '', events: [event] } as const;
			const [file] = capturedFiles([{ ...session, stages: [stage] }], undefined);
			if (!file) throw new Error('no file');
			expect(file.request).toMatchObject({ protocol: 'http', name: '/ipxe.efi?x=1', method: 'GET', url: exchange.url });
			return (await replayFile(file, () => bytes)).differences.map(({ field, captured }) => [field, captured]);
		};
		const file = Uint8Array.of(77, 90, 1);
		expect(await differencesOf(200, 3, file)).toEqual([]);
		expect(await differencesOf(200, 4, file)).toEqual([['size', '4 bytes']]);
		expect(await differencesOf(200, 3, Uint8Array.of(77, 91, 1))).toEqual([['content', 'byte 1 is 0x5a']]);
		expect(await differencesOf(404, 3, file)).toEqual([['found', 'refused (404)']]);
		expect(await differencesOf(200, 3, undefined)).toEqual([['found', 'found']]);
		expect(await differencesOf(302, 3, undefined)).toEqual([]);
		expect(await differencesOf(undefined, 3, file)).toEqual([]);
	});
});
