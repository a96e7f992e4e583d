import {
	anonymize,
	bootTimeline,
	type CaptureFile,
	decodeFrames,
	encodeTcpFrame,
	encodeUdpFrame,
	formatTimeline,
	readCapture,
} from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { fixtureBytes, fixtureRows } from '../../support/fixtures.ts';
import { secrets, tellingCapture, tellingFrames } from '../../support/telling-capture.ts';
import { type CaptureIdentifiers, found, ipv4Traces, macTraces, tracesOf, wordTraces } from '../../support/traces.ts';

const allBytes = (file: CaptureFile) =>
	Buffer.concat(file.frames.flatMap(({ data }) => [data, Buffer.alloc(20, 0xee)]));

const rows = fixtureRows<CaptureIdentifiers>('captures/identifiers.tshark.jsonl');
const read = (name: string) => readCapture(fixtureBytes(`captures/${name}.pcap`));

/** Addresses and UUIDs, however they are written, by the order in which they appear. */
function withoutNames(story: string): string {
	const seen: string[] = [];
	const identifiers =
		/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5,6}|(?:\d+\.){3}\d+|fe[c8]0::[0-9a-f:]+|(?<=pxelinux\.cfg\/)[0-9A-F]+/gi;
	// The disk of one capture is named `san` in its IQN, and so is the script; option 66 of another is a host's name.
	const text = story.replace(/ +/g, ' ').replace(/\b(?:san|aaa)\.ipxe|option 66 \w+/g, '<name>');
	return text.replace(identifiers, (found) => {
		if (!seen.includes(found)) seen.push(found);
		return `<${seen.indexOf(found)}>`;
	});
}

/** What happened, without who and where. */
function shapeOf(capture: CaptureFile) {
	return bootTimeline(capture).map(({ stages, client, gaps, secondsAfter, ...session }) => ({
		addresses: client.addresses.length,
		hasUuid: client.uuid !== undefined,
		gaps: gaps.map(({ code }) => code),
		secondsAfter,
		times: [session.start, session.end],
		stages: stages.map(({ kind, name, events }) => ({
			kind,
			name,
			events: events.map((event) => {
				const common = { type: event.type, frames: event.frames, time: event.time, end: event.end };
				if ('packet' in event) {
					const codes = event.packet.options.entries().map(({ code, bytes }) => [code, bytes.length]);
					return { ...common, codes, gives: event.gives, repeats: event.repeats, file: event.packet.file };
				}
				if (event.type !== 'tftp') return common;
				const { outcome, bytes, announcedSize, retransmits, granted, issues, mode } = event.transfer;
				const codes = issues.map(({ code }) => code);
				return { ...common, outcome, bytes, announcedSize, retransmits, granted, codes, mode };
			}),
		})),
	}));
}

describe.each(rows)('$capture', (row) => {
	const capture = read(row.capture);
	const traces = tracesOf(row);
	const anonymous = anonymize(capture);
	const kept = anonymize(capture, { keepFiles: true });

	test('what tshark reads as addresses and UUIDs is nowhere any more', () => {
		expect(traces.length).toBeGreaterThan(2);
		// They are found where they are.
		expect(new Set(found(traces, allBytes(capture)).map((line) => line.split(' ')[0]))).toEqual(
			new Set(traces.map(({ name }) => name)),
		);
		expect(found(traces, allBytes(anonymous))).toEqual([]);
	});

	test('nor when files are kept', () => {
		expect(found(traces, allBytes(kept))).toEqual([]);
	});

	test.each([anonymous, kept])('the story is the same', (file) => {
		expect(shapeOf(file)).toEqual(shapeOf(capture));
	});

	test.each([anonymous, kept])('it is told in the same words, but for who it is', (file) => {
		expect(withoutNames(formatTimeline(bootTimeline(file)))).toBe(withoutNames(formatTimeline(bootTimeline(capture))));
	});

	test('lengths, times, checksums and layers stay', () => {
		const summary = (file: CaptureFile) => [
			file.frames.map(({ data, ...frame }) => ({ ...frame, length: data.length })),
			[...decodeFrames(file.frames)].map(({ issues, udp, tcp, ip, icmp, arp, link, cut }) => ({
				codes: issues.map(({ code }) => code),
				udp,
				tcp,
				protocol: ip?.protocol,
				fragment: ip?.fragment,
				icmp: icmp && [icmp.kind, icmp.sourcePort, icmp.destinationPort],
				arp: arp?.operation,
				link: link && [link.kind, link.vlans, link.protocol],
				cut,
			})),
		];
		expect(summary(anonymous)).toEqual(summary(capture));
		expect(summary(kept)).toEqual(summary(capture));
	});
});

describe('a capture that tells everything', () => {
	const anonymous = anonymize(tellingCapture, { also: ['Mustermann'] });

	test('all of it is there before', () => {
		const names = new Set(found(secrets, allBytes(tellingCapture)).map((line) => line.split(' as ')[0]));
		expect(names).toEqual(new Set(secrets.map(({ name }) => name)));
	});

	test('nothing of it after', () => {
		expect(found(secrets, allBytes(anonymous))).toEqual([]);
		const { interfaces, comments, frames } = anonymous;
		const texts = JSON.stringify([interfaces.map(({ name, description }) => [name, description]), comments]);
		expect(found(secrets, Buffer.from(texts))).toEqual([]);
		expect(frames.flatMap((frame) => frame.comments ?? [])).toEqual([]);
	});

	test('the same stays the same, in binary and in every spelling', () => {
		const before = [...decodeFrames(tellingCapture.frames)];
		const after = [...decodeFrames(anonymous.frames)];
		const text = (index: number) => new TextDecoder().decode(after[index]?.payload);
		const at = (word: string) => before.findIndex(({ payload }) => new TextDecoder().decode(payload).includes(word));
		const [mac, address] = [after[0]?.link?.source ?? '', after[at('pxelinux.cfg/01')]?.ip?.source ?? ''];
		expect(text(at('pxelinux.cfg/01'))).toContain(`pxelinux.cfg/01-${mac.replaceAll(':', '-')}\0octet\0tsize`);
		const hex = Buffer.from(address.split('.').map(Number)).toString('hex');
		expect(text(at('AC122C79'))).toContain(`pxelinux.cfg/${hex.toUpperCase()}\0`);
		expect(text(at('AC122C7\0'))).toContain(`pxelinux.cfg/${hex.toUpperCase().slice(0, 7)}\0`);
		expect(text(at('hosts/'))).toContain(`/${mac.replaceAll(':', '')}/${address}-`);
		const request = text(at('GET ')) + text(at('GET ') + 1);
		expect(request).toContain(`mac=${mac.replaceAll(':', '%3A')}&serial=`);
		expect(request).toContain(`&ip=${address} HTTP/1.1`);
		expect(request).toContain('User-Agent: iPXE/1.21.1\r\nAuthorization: xxxxx xxxxxxxx\r\nCookie: xxxxxx\r\n');
		const host = /Host: (\S+)/.exec(request)?.[1] ?? '';
		expect(host).toMatch(/^x[a-z]+\.x[a-z]+-?[a-z]*\.x[a-z]+\.example$/);
		const uuid = /uuid=([0-9A-F-]{36})&/.exec(request)?.[1]?.toLowerCase() ?? '';
		const [session] = bootTimeline(anonymous);
		expect(session?.client).toMatchObject({ mac, uuid, addresses: [address] });
		expect(text(at('hosts/'))).toContain(`/${uuid}/`);
		const ack = session?.stages.flatMap(({ events }) => events).find(({ type }) => type === 'ack');
		if (ack?.type !== 'ack') throw new Error('no ACK');
		expect(ack.packet.options.get('domainName')).toBe(host.slice(host.indexOf('.') + 1));
		expect(ack.packet.options.get('domainSearch')).toEqual([
			host.slice(host.indexOf('.') + 1),
			host.split('.').slice(2).join('.'),
		]);
		expect(ack.packet.options.get('subnetMask')).toBe('255.255.255.0');
		expect(ack.packet.options.get('broadcastAddress')).toMatch(/^172\.\d\d\.\d\d\.255$/);
		expect(ack.packet.file).toMatch(new RegExp(`/${mac}\\.efi$`));
		const lost = after.find(({ icmp }) => icmp !== undefined)?.icmp;
		expect(lost).toMatchObject({
			source: address,
			destination: ack.from.address,
			sourcePort: 2001,
			destinationPort: 69,
		});
		const neighbour = after.find(({ ip }) => ip?.version === 6);
		expect(neighbour?.link?.destination?.slice(9)).toBe(mac.slice(9));
		expect(neighbour?.ip?.destination.replace(/[^0-9a-f]/g, '').slice(-6)).toBe(mac.replaceAll(':', '').slice(6));
	});

	test('lengths and good checksums stay, files are zeros but for the mark of their kind', () => {
		expect(anonymous.frames.map(({ data }) => data.length)).toEqual(
			tellingCapture.frames.map(({ data }) => data.length),
		);
		const decoded = [...decodeFrames(anonymous.frames)];
		expect(decoded.flatMap(({ issues }) => issues)).toEqual([]);
		expect(new Set(decoded.flatMap(({ udp }) => (udp ? [udp.checksum] : [])))).toEqual(new Set(['good']));
		const files = decoded
			.map(({ payload }) => new TextDecoder().decode(payload))
			.filter((text) => text.includes('#!ipxe'));
		expect(files.map((text) => text.slice(text.indexOf('#!ipxe')))).toEqual([
			'#!ipxe'.padEnd(31, '\0'),
			'#!ipxe'.padEnd(20, '\0'),
		]);
	});

	test('nothing is computed from the old: another machine in its place looks the same', () => {
		const other = tellingCapture.frames.map((frame) => ({
			...frame,
			data: Uint8Array.from(frame.data, (byte, i) => (i === 11 && frame.data[6] === 0xa4 ? 0x4d : byte)),
		}));
		const [first] = anonymize({ ...tellingCapture, frames: other.slice(0, 1) }).frames;
		const [second] = anonymize({ ...tellingCapture, frames: tellingCapture.frames.slice(0, 1) }).frames;
		expect(first?.data.subarray(6, 12)).toEqual(second?.data.subarray(6, 12));
	});
});

describe('files that are kept', () => {
	const ascii = (text: string) => new TextEncoder().encode(text);
	const client = { address: '10.1.2.3', mac: 'a4:bb:6d:12:9f:3c' };
	const server = { address: '10.1.2.9', mac: '3c:ec:ef:77:41:08' };
	const script = '#!ipxe\nkernel http://10.1.2.9/vmlinuz ip=10.1.2.3 BOOTIF=01-a4-bb-6d-12-9f-3c host=kappa01\n';
	const tftp = (block: number, text: string) =>
		encodeUdpFrame({
			source: { ...server, port: 3000 },
			destination: { ...client, port: 2000 },
			payload: Uint8Array.from([0, 3, 0, block, ...ascii(text)]),
		});
	const tcp = (sequence: number, text: string) =>
		encodeTcpFrame({
			source: { ...server, port: 80 },
			destination: { ...client, port: 4000 },
			sequence,
			flags: { ack: true },
			payload: ascii(text),
		});
	const captureOf = (frames: readonly Uint8Array[]) => ({
		...tellingCapture,
		frames: frames.map((data, i) => ({
			...tellingCapture.frames[0],
			index: i + 1,
			time: 0n,
			linkType: 1,
			interface: 0,
			data,
			originalLength: data.length,
		})),
	});
	const request = encodeUdpFrame({
		source: { ...client, port: 2000 },
		destination: { ...server, port: 69 },
		payload: Uint8Array.from([0, 1, ...ascii('boot.ipxe'), 0, ...ascii('octet'), 0]),
	});
	const textOf = (frames: readonly { readonly payload: Uint8Array }[], skip: number) =>
		frames.map(({ payload }) => new TextDecoder().decode(payload.subarray(skip))).join('');
	const secretForms = [
		macTraces(client.mac),
		ipv4Traces(client.address),
		ipv4Traces(server.address),
		wordTraces('kappa01'),
	];

	test('wherever a block ends: the same words come out, and blocks that are sent again look the same', () => {
		const outcomes = new Set<string>();
		for (let cut = 1; cut < script.length; cut++) {
			const blocks = [tftp(1, script.slice(0, cut)), tftp(1, script.slice(0, cut)), tftp(2, script.slice(cut))];
			const capture = captureOf([request, tellingFrames[0] as Uint8Array, ...blocks]);
			const anonymous = anonymize(capture, { keepFiles: true });
			const decoded = [...decodeFrames(anonymous.frames)];
			expect(decoded[2]?.payload).toEqual(decoded[3]?.payload);
			expect(decoded.map(({ udp }) => udp?.checksum)).toEqual(Array(5).fill('good'));
			outcomes.add(
				textOf(
					[decoded[2], decoded[4]].filter((frame) => frame !== undefined),
					4,
				),
			);
		}
		expect(outcomes.size).toBe(1);
		const [text = ''] = outcomes;
		expect(found(secretForms, ascii(text))).toEqual([]);
		expect(text).toMatch(
			/^#!ipxe\nkernel http:\/\/10\.\d\.\d\.\d\/vmlinuz ip=10\.\d\.\d\.\d BOOTIF=01(?:-[0-9a-f]{2}){6} host=x[a-z]{6}\n$/,
		);
	});

	test('settings of iPXE are no names: ${next-server} is not a host, nor ${mac} a number', () => {
		const settings =
			'#!ipxe\nchain http://${next-server}/boot?mac=${net0/mac:hexhyp}&uuid=${uuid}&serial=kappa99-${serial}\n' +
			'set initiator-iqn iqn.2010-04.org.ipxe:${hostname}\necho ${next-server} ${mac} ${uuid} ${hostname} ${serial} kappa99-\n';
		const anonymous = anonymize(captureOf([request, tftp(1, settings)]), { keepFiles: true });
		const text = textOf([...decodeFrames(anonymous.frames)].slice(1), 4);
		expect(found([wordTraces('kappa99')], ascii(text))).toEqual([]);
		const expansions = /\$\{[^}]*\}/g;
		expect(text.match(expansions)).toEqual(settings.match(expansions));
		expect(text).toContain('/boot?mac=${net0/mac:hexhyp}&uuid=${uuid}&serial=');
	});

	test('the same over HTTP, with the head split too', () => {
		const message = `HTTP/1.1 200 OK\r\nContent-Length: ${script.length}\r\nSet-Cookie: id=secret7\r\n\r\n${script}`;
		const outcomes = new Set<string>();
		for (let cut = 20; cut < message.length; cut++) {
			const segments = [tcp(7, message.slice(0, cut)), tcp(7 + cut, message.slice(cut))];
			const anonymous = anonymize(captureOf([tellingFrames[0] as Uint8Array, ...segments]), { keepFiles: true });
			outcomes.add(textOf([...decodeFrames(anonymous.frames)].slice(1), 0));
		}
		expect(outcomes.size).toBe(1);
		const [text = ''] = outcomes;
		expect(found([...secretForms, wordTraces('secret7')], ascii(text))).toEqual([]);
		expect(text).toContain(
			`Content-Length: ${script.length}\r\nSet-Cookie: xxxxxxxxxx\r\n\r\n#!ipxe\nkernel http://10.`,
		);
	});
});

describe('other link layers', () => {
	const mac = [0xa4, 0xbb, 0x6d, 0x12, 0x9f, 0x3c];
	const [ethernet] = tellingFrames;
	const packet = (ethernet as Uint8Array).subarray(14);
	/** Headers as https://www.tcpdump.org/linktypes has them. */
	const headers: readonly (readonly [linkType: number, header: readonly number[], macAt: number])[] = [
		[113, [0, 1, 0, 1, 0, 6, ...mac, 0x77, 0x77, 8, 0], 6],
		[276, [8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 1, 6, ...mac, 0x77, 0x77], 12],
		[101, [], -1],
	];

	test.each(headers)('type %i', (linkType, header, macAt) => {
		const data = Uint8Array.from([...header, ...packet]);
		const frame = { index: 1, time: 0n, linkType, data, originalLength: data.length, interface: 0 };
		const [after] = anonymize({ ...tellingCapture, frames: [frame] }).frames;
		if (!after) throw new Error('no frame');
		expect(found([macTraces('a4:bb:6d:12:9f:3c')], after.data)).toEqual([]);
		const [decoded] = [...decodeFrames([after])];
		expect([decoded?.udp?.checksum, decoded?.issues]).toEqual(['good', []]);
		// chaddr of the DHCP packet, behind the headers of IP and UDP.
		const chaddr = after.data.subarray(header.length + 28 + 28, header.length + 28 + 34);
		if (macAt < 0) return;
		expect(after.data.subarray(macAt, macAt + 6)).toEqual(chaddr);
		expect([...after.data.subarray(macAt + 6, macAt + 8)]).toEqual([0, 0]);
	});

	test('one that is not read is zeroed', () => {
		const data = Uint8Array.from([...mac, 1, 2, 3]);
		const frame = { index: 1, time: 0n, linkType: 105, data, originalLength: 9, interface: 0 };
		expect(anonymize({ ...tellingCapture, frames: [frame] }).frames[0]?.data).toEqual(new Uint8Array(9));
	});

	test('what pads a frame is zeroed', () => {
		const padded = Uint8Array.from([...(ethernet as Uint8Array), 0x73, 0x65, 0x63, 0x72, 0x65, 0x74]);
		const frame = { index: 1, time: 0n, linkType: 1, data: padded, originalLength: padded.length, interface: 0 };
		const [after] = anonymize({ ...tellingCapture, frames: [frame] }).frames;
		expect([...(after?.data.subarray(-6) ?? [])]).toEqual([0, 0, 0, 0, 0, 0]);
	});
});

test('checksums that were left to the network card, or are absent, stay so', () => {
	const udp = (checksum: 'good' | 'absent') =>
		encodeUdpFrame({
			source: { address: '10.1.2.3', mac: 'a4:bb:6d:12:9f:3c', port: 2000 },
			destination: { address: '10.1.2.9', mac: '3c:ec:ef:77:41:08', port: 69 },
			payload: Uint8Array.of(0, 1, 0x61, 0, 0x6f, 0x63, 0x74, 0x65, 0x74, 0),
			checksum,
		});
	const offloaded = udp('good');
	// The sum of 10.1.2.3, 10.1.2.9, protocol 17 and length 18, as a card wants to find it.
	const pseudoHeader = 0x0a01 + 0x0203 + 0x0a01 + 0x0209 + 17 + 18;
	offloaded.set([pseudoHeader >> 8, pseudoHeader & 0xff], 14 + 20 + 6);
	const bad = udp('good');
	bad[40] = (bad[40] as number) ^ 0x55;
	const frames = [udp('good'), udp('absent'), offloaded, bad].map((data, i) => ({
		index: i + 1,
		time: 0n,
		linkType: 1,
		data,
		originalLength: data.length,
		interface: 0,
	}));
	const verdicts = (file: CaptureFile) => [...decodeFrames(file.frames)].map(({ udp }) => udp?.checksum);
	const capture = { ...tellingCapture, frames };
	expect(verdicts(capture)).toEqual(['good', 'absent', 'offloaded', 'bad']);
	expect(verdicts(anonymize(capture))).toEqual(['good', 'absent', 'offloaded', 'bad']);
});
