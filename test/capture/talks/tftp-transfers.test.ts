import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import {
	type DecodedFrame,
	decodeFrames,
	followTftp,
	readCapture,
	type TftpTransfer,
	tftpTransfers,
} from 'pxekit/capture';
import { createNetasciiEncoder, decodeTftp, encodeTftp, type TftpOption, type TftpPacket } from 'pxekit/tftp';
import { describe, expect, test } from 'vitest';
import { equalBytes } from '../../../src/wire/bytes.ts';
import { fixtureBytes } from '../../support/fixtures.ts';
import { optionsOf, patternedContent } from '../../tftp/simulated-network.ts';
import {
	capturedTransfer,
	clientHost,
	datagram,
	type Host,
	type MadeCapture,
	madeCapture,
	serverHost,
} from './talks.ts';

const captures = readdirSync(new URL('../../../fixtures/captures/', import.meta.url)).filter((name) =>
	name.endsWith('.pcap'),
);

function transfersOf(name: string): TftpTransfer[] {
	return tftpTransfers(decodeFrames(readCapture(fixtureBytes(`captures/${name}`)).frames));
}

function only(transfers: readonly TftpTransfer[]): TftpTransfer {
	expect(transfers).toHaveLength(1);
	return transfers[0] as TftpTransfer;
}

function codes({ issues }: TftpTransfer): string[] {
	return issues.map(({ code }) => code);
}

interface Row {
	readonly frame: number;
	readonly source: string;
	readonly sourcePort: number;
	readonly destination: string;
	readonly destinationPort: number;
	readonly udpLength: number;
	readonly opcode: number;
	readonly filename: string;
	readonly mode: string;
	readonly options: TftpOption[];
	readonly block: number;
	readonly error: string;
}

/** What tshark read in each TFTP packet of our captures. */
const table = new Map<string, Row[]>();
for (const line of new TextDecoder().decode(fixtureBytes('captures/tftp.tshark.tsv')).split('\n').filter(Boolean)) {
	const [file = '', frame, source = '', sourcePort, destination = '', destinationPort, udpLength, opcode, ...rest] =
		line.split('\t');
	const [read = '', written = '', mode = '', names = '', values = '', block, error = ''] = rest;
	const value = values.split(',');
	const rows = table.get(file) ?? [];
	table.set(file, rows);
	rows.push({
		frame: Number(frame),
		source,
		sourcePort: Number(sourcePort),
		destination,
		destinationPort: Number(destinationPort),
		udpLength: Number(udpLength),
		opcode: Number(opcode),
		filename: read || written,
		mode,
		options: names ? names.split(',').map((name, i) => ({ name, value: value[i] ?? '' })) : [],
		block: Number(block),
		error,
	});
}

describe('real captures, as tshark reads them', () => {
	test('the table has captures with TFTP, and not all have', () => {
		expect(table.size).toBeGreaterThan(10);
		expect(captures.length).toBeGreaterThan(table.size);
	});

	test.each(captures)('%s', (name) => {
		const rows = table.get(name) ?? [];
		const transfers = transfersOf(name);
		// Each TFTP packet belongs to one transfer, and nothing else to any.
		expect(transfers.flatMap(({ frames }) => frames).sort((a, b) => a - b)).toEqual(rows.map(({ frame }) => frame));
		for (const transfer of transfers) {
			const own = rows.filter(({ frame }) => transfer.frames.includes(frame));
			const [request] = own as [Row];
			expect([1, 2]).toContain(request.opcode);
			expect(transfer.kind).toBe(request.opcode === 1 ? 'read' : 'write');
			expect(transfer.filename).toBe(request.filename);
			expect(transfer.mode).toBe(request.mode);
			expect(transfer.client).toEqual({
				address: request.source,
				port: own.at(-1)?.opcode === 1 ? own.at(-1)?.sourcePort : request.sourcePort,
			});
			expect(transfer.server).toEqual({ address: request.destination, port: request.destinationPort });
			expect(transfer.requested).toEqual(request.options);
			expect(transfer.granted).toEqual(own.find(({ opcode }) => opcode === 6)?.options);
			expect(transfer.requests).toBe(own.filter(({ opcode }) => opcode <= 2).length);
			const answer = own.find(({ opcode }) => opcode === 6 || opcode === 3);
			expect(transfer.answeredFrom).toEqual(answer && { address: answer.source, port: answer.sourcePort });
			const blocks = new Map(own.filter(({ opcode }) => opcode === 3).map((row) => [row.block, row.udpLength - 12]));
			expect(transfer.bytes).toBe([...blocks.values()].reduce((sum, length) => sum + length, 0));
			const highest = Math.max(0, ...blocks.keys());
			expect(transfer.missingBlocks).toBe(highest - blocks.size);
			expect(transfer.content?.length).toBe(highest > 0 && highest === blocks.size ? transfer.bytes : undefined);
			expect(transfer.error?.code.toString() ?? '').toBe(own.find(({ opcode }) => opcode === 5)?.error ?? '');
		}
	});

	test('how each ended', () => {
		const outcomes = (name: string) => transfersOf(name).map(({ filename, outcome }) => `${filename} ${outcome}`);
		expect(outcomes('ovmf_proxydhcp-two-servers_wrong-next-server.pcap')).toEqual([
			'ipxe.efi probe',
			'ipxe.efi complete',
			'boot.ipxe complete',
			'vmlinuz unanswered',
		]);
		expect(outcomes('bios-ipxe-rom_dnsmasq-dhcp_tftp-script-linux.pcap')).toEqual([
			'boot.ipxe complete',
			'vmlinuz complete',
			'initrd.img complete',
		]);
		expect(outcomes('uboot-arm32_plain+proxy.pcap')).toEqual(['boot.scr.uimg unanswered', 'boot.scr.uimg unknown']);
	});

	test('bulk data that was cut out is told, and the end is known', () => {
		const kernel = transfersOf('bios-ipxe-rom_dnsmasq-dhcp_tftp-script-linux.pcap').find(
			(t) => t.filename === 'vmlinuz',
		);
		expect(kernel).toMatchObject({
			outcome: 'complete',
			announcedSize: 14_186_432,
			missingBlocks: 9898,
			content: undefined,
		});
		expect(kernel?.head).toHaveLength(5 * 1432);
		expect(kernel && codes(kernel)).toEqual(['missing-blocks']);
	});

	test('a capture of port 69 alone: the client goes on, so its requests were answered out of sight', () => {
		const [loader] = transfersOf('bios-ipxe-e1000e_combined.pcap');
		expect(loader).toMatchObject({ filename: 'pxelinux.0', outcome: 'unknown', answeredFrom: undefined });
		expect(loader && codes(loader)).toEqual(['answer-not-captured']);
	});
});

const listening: Host = { ...serverHost, port: 69 };
const rrq = (filename: string, options: Record<string, number> = {}, mode = 'octet'): TftpPacket => ({
	kind: 'rrq',
	filename,
	mode,
	options: optionsOf(options),
});
const data = (block: number, length: number, fill = block & 255): TftpPacket => ({
	kind: 'data',
	block,
	data: new Uint8Array(length).fill(fill),
});
const ack = (block: number): TftpPacket => ({ kind: 'ack', block });
const oack = (options: Record<string, number>): TftpPacket => ({ kind: 'oack', options: optionsOf(options) });

/** Packets one after the other, 10 ms apart; `>` from the client, `<` from the server. */
function talk(
	capture: MadeCapture,
	packets: readonly (readonly ['>' | '<', TftpPacket])[],
	start = 0,
	server = serverHost,
): void {
	for (const [i, [way, packet]] of packets.entries()) {
		const isRequest = packet.kind === 'rrq' || packet.kind === 'wrq';
		const peer = isRequest ? listening : server;
		if (way === '>') capture.tftp(clientHost, peer, packet, start + 10 * i);
		else capture.tftp(peer, clientHost, packet, start + 10 * i);
	}
}

function transfersIn(packets: readonly (readonly ['>' | '<', TftpPacket])[], server = serverHost): TftpTransfer[] {
	const capture = madeCapture();
	talk(capture, packets, 0, server);
	return tftpTransfers(capture.frames);
}

describe('made transfers', () => {
	test('an answer from another address is the answer, and is told', () => {
		const other = { ...serverHost, address: '192.168.5.1' };
		const transfer = only(
			transfersIn(
				[
					['>', rrq('a')],
					['<', data(1, 5)],
					['>', ack(1)],
				],
				other,
			),
		);
		expect(transfer).toMatchObject({ outcome: 'complete', server: { address: '10.0.0.1', port: 69 } });
		expect(transfer.answeredFrom).toEqual({ address: '192.168.5.1', port: 49152 });
	});

	test('a packet from elsewhere that can be no answer is left alone', () => {
		const other = { ...serverHost, address: '192.168.5.1' };
		const transfer = only(
			transfersIn(
				[
					['>', rrq('a')],
					['<', data(7, 5)],
				],
				other,
			),
		);
		expect(transfer).toMatchObject({ bytes: 0, answeredFrom: undefined, frames: [1] });
	});

	test.each([
		['the size was asked for, and told', { tsize: 0 }, oack({ tsize: 700 }), 8, 'probe'],
		['error 0 does as well', { tsize: 0 }, oack({ tsize: 700 }), 0, 'probe'],
		['nobody asked for the size', { blksize: 1024 }, oack({ blksize: 1024 }), 8, 'aborted'],
		['the size was not told', { tsize: 0, blksize: 1024 }, oack({ blksize: 1024 }), 8, 'aborted'],
		['an OACK that breaks the rules', { tsize: 0, blksize: 1024 }, oack({ tsize: 700, blksize: 4096 }), 8, 'aborted'],
		['DATA came', { tsize: 0 }, data(1, 512), 8, 'aborted'],
		['another error', { tsize: 0 }, oack({ tsize: 700 }), 3, 'aborted'],
	] as const)('probe or abort: %s', (_, asked, answer, code, outcome) => {
		const error = { kind: 'error', code, message: 'x' } as const;
		const transfer = only(
			transfersIn([
				['>', rrq('a', asked)],
				['<', answer],
				['>', error],
			]),
		);
		expect(transfer).toMatchObject({ outcome, error: { from: 'client', code, message: 'x' } });
	});

	test('refused', () => {
		const transfer = only(
			transfersIn([
				['>', rrq('a')],
				['<', { kind: 'error', code: 1, message: 'File not found' }],
			]),
		);
		expect(transfer).toMatchObject({ outcome: 'refused', error: { from: 'server', code: 1 }, retransmits: 0 });
	});

	test('repeats are counted, once each', () => {
		const transfer = only(
			transfersIn([
				['>', rrq('a', { blksize: 600 })],
				['>', rrq('a', { blksize: 600 })],
				['<', oack({ blksize: 600 })],
				['<', oack({ blksize: 600 })],
				['>', ack(0)],
				['<', data(1, 600)],
				['<', data(1, 600)],
				['>', ack(1)],
				['>', ack(1)],
				['<', data(2, 10)],
				['>', ack(2)],
			]),
		);
		expect(transfer).toMatchObject({
			requests: 2,
			retransmits: 2,
			repeatedAcks: 1,
			outOfOrder: 0,
			bytes: 610,
			outcome: 'complete',
		});
		expect(transfer.content).toEqual(new Uint8Array([...new Uint8Array(600).fill(1), ...new Uint8Array(10).fill(2)]));
	});

	test('overtaking is told from a gap that is filled after the receiver reported it', () => {
		const opening = [
			['>', rrq('a', { windowsize: 4 })],
			['<', oack({ windowsize: 4 })],
			['>', ack(0)],
		] as const;
		const end = [
			['<', data(4, 5)],
			['>', ack(4)],
		] as const;
		const overtaken = only(
			transfersIn([...opening, ['<', data(2, 512)], ['<', data(1, 512)], ['<', data(3, 512)], ...end]),
		);
		expect(overtaken).toMatchObject({ outOfOrder: 1, retransmits: 0, bytes: 1541, windowSize: 4 });
		const lost = only(
			transfersIn([
				...opening,
				['<', data(2, 512)],
				['>', ack(0)],
				['<', data(1, 512)],
				['<', data(2, 512)],
				['<', data(3, 512)],
				...end,
			]),
		);
		expect(lost).toMatchObject({ outOfOrder: 0, retransmits: 2, repeatedAcks: 1, bytes: 1541 });
		expect(lost.content).toEqual(overtaken.content);
	});

	test('the same request from another port soon after joins the first; later, or for another file, it does not', () => {
		const joined = madeCapture();
		joined.tftp(clientHost, listening, rrq('a'), 0);
		joined.tftp({ ...clientHost, port: 2071 }, listening, rrq('a'), 3000);
		joined.tftp(serverHost, { ...clientHost, port: 2071 }, data(1, 4), 3001);
		joined.tftp({ ...clientHost, port: 2071 }, serverHost, ack(1), 3002);
		expect(only(tftpTransfers(joined.frames))).toMatchObject({
			requests: 2,
			outcome: 'complete',
			client: { port: 2071 },
		});

		const apart = madeCapture();
		apart.tftp(clientHost, listening, rrq('a'), 0);
		apart.tftp(clientHost, listening, rrq('a'), 3000);
		apart.tftp({ ...clientHost, port: 2071 }, listening, rrq('b'), 6000);
		apart.tftp({ ...clientHost, port: 2072 }, listening, rrq('b'), 60_000);
		expect(tftpTransfers(apart.frames).map(({ filename, requests }) => [filename, requests])).toEqual([
			['a', 2],
			['b', 1],
			['b', 1],
		]);
	});

	test('a client that asks for an address has begun anew: its next request for the same file is another', () => {
		const capture = madeCapture();
		const discover = new Uint8Array(300);
		discover[0] = 1;
		discover.set([0x52, 0x54, 0, 0, 0, 9], 28);
		capture.tftp(clientHost, listening, rrq('a'), 0);
		capture.udp(
			{ ...clientHost, address: '0.0.0.0', port: 68 },
			{ address: '255.255.255.255', port: 67 },
			discover,
			1000,
		);
		capture.tftp(clientHost, listening, rrq('a'), 2000);
		expect(tftpTransfers(capture.frames).map(({ requests }) => requests)).toEqual([1, 1]);
	});

	test('a client that uses its port again for the next file', () => {
		const one = [
			['>', rrq('a')],
			['<', data(1, 4)],
			['>', ack(1)],
		] as const;
		const transfers = transfersIn([...one, ['>', rrq('b')], ['<', data(1, 5)], ['>', ack(1)], ...one]);
		expect(transfers.map(({ filename, bytes, outcome }) => [filename, bytes, outcome])).toEqual([
			['a', 4, 'complete'],
			['b', 5, 'complete'],
			['a', 4, 'complete'],
		]);
	});

	test('a server that answers a repeated request from a second port', () => {
		const capture = madeCapture();
		const second = { ...serverHost, port: 50_000 };
		talk(capture, [
			['>', rrq('a')],
			['>', rrq('a')],
			['<', data(1, 512)],
		]);
		capture.tftp(second, clientHost, data(1, 512), 40);
		capture.tftp(clientHost, second, { kind: 'error', code: 5, message: '' }, 50);
		talk(
			capture,
			[
				['>', ack(1)],
				['<', data(2, 1)],
				['>', ack(2)],
			],
			60,
		);
		const transfer = only(tftpTransfers(capture.frames));
		expect(transfer).toMatchObject({
			outcome: 'complete',
			bytes: 513,
			answeredFrom: { port: 49152 },
			error: undefined,
		});
		expect(codes(transfer)).toEqual(['answered-twice']);

		const taken = madeCapture();
		talk(taken, [
			['>', rrq('a')],
			['>', rrq('a')],
			['<', data(1, 512)],
		]);
		taken.tftp(second, clientHost, data(1, 512), 40);
		taken.tftp(clientHost, second, ack(1), 50);
		taken.tftp(second, clientHost, data(2, 1), 60);
		taken.tftp(clientHost, second, ack(2), 70);
		expect(only(tftpTransfers(taken.frames))).toMatchObject({
			outcome: 'complete',
			bytes: 513,
			answeredFrom: { port: 50_000 },
		});
	});

	test('silence, the end of the recording, and a peer that only repeats are told apart', () => {
		const begun = [
			['>', rrq('a')],
			['<', data(1, 512)],
			['>', ack(1)],
			['<', data(2, 512)],
		] as const;
		expect(only(transfersIn(begun)).outcome).toBe('unknown');
		expect(only(transfersIn([...begun, ['<', data(2, 512)], ['<', data(2, 512)], ['<', data(2, 512)]])).outcome).toBe(
			'stalled',
		);
		const silence = madeCapture();
		talk(silence, begun);
		silence.udp(clientHost, { address: '10.0.0.2', port: 9 }, new Uint8Array(9), 9000);
		expect(only(tftpTransfers(silence.frames)).outcome).toBe('stalled');
		expect(only(transfersIn([['>', rrq('a')]])).outcome).toBe('unknown');
		expect(
			only(
				transfersIn([
					['>', rrq('a')],
					['>', rrq('a')],
				]),
			).outcome,
		).toBe('unanswered');
	});

	test('a last block that is not acknowledged', () => {
		const begun = [
			['>', rrq('a')],
			['<', data(1, 5)],
		] as const;
		const transfer = only(transfersIn(begun));
		expect(transfer).toMatchObject({ outcome: 'complete', content: new Uint8Array(5).fill(1) });
		expect(codes(transfer)).toEqual(['last-block-not-acknowledged']);
		expect(only(transfersIn([...begun, ['<', data(1, 5)], ['<', data(1, 5)], ['<', data(1, 5)]])).outcome).toBe(
			'stalled',
		);
	});

	test('a tsize that is not the size', () => {
		const transfer = only(
			transfersIn([
				['>', rrq('a', { tsize: 0 })],
				['<', oack({ tsize: 9 })],
				['>', ack(0)],
				['<', data(1, 8)],
				['>', ack(1)],
			]),
		);
		expect(transfer).toMatchObject({ announcedSize: 9, bytes: 8, outcome: 'complete' });
		expect(codes(transfer)).toEqual(['size-differs']);
	});

	test('one direction alone: the client', () => {
		const [loader] = transfersIn([
			['>', rrq('a', { tsize: 0 })],
			['>', ack(0)],
			['>', ack(1)],
			['>', ack(2)],
			['>', rrq('b')],
		]);
		expect(loader).toMatchObject({ outcome: 'unknown', bytes: 0, missingBlocks: 2, answeredFrom: { port: 49152 } });
	});

	test('a request that ends before its mode', () => {
		const capture = madeCapture();
		capture.udp(clientHost, listening, Uint8Array.of(0, 1, 0x61, 0x62, 0xff), 0);
		const transfer = only(tftpTransfers(capture.frames));
		expect(transfer).toMatchObject({ filename: 'ab\uFFFD', mode: '' });
		expect(codes(transfer)).toEqual(['malformed-packet']);
	});

	test('a name that is not UTF-8 keeps its bytes', () => {
		const capture = madeCapture();
		capture.udp(clientHost, listening, Uint8Array.of(0, 1, 0x61, 0xff, 0, ...new TextEncoder().encode('octet'), 0), 0);
		expect(only(tftpTransfers(capture.frames)).filenameBytes).toEqual(Uint8Array.of(0x61, 0xff));
	});
});

describe('transfers that were under way', () => {
	const middle = [
		['<', data(40, 512)],
		['>', ack(40)],
		['<', data(41, 512)],
		['>', ack(41)],
		['<', data(42, 9)],
		['>', ack(42)],
	] as const;

	test('recognised by counting blocks and their ACKs', () => {
		const transfer = only(transfersIn(middle));
		expect(transfer).toMatchObject({
			kind: 'read',
			filename: '',
			outcome: 'complete',
			bytes: 1033,
			missingBlocks: 0,
			content: undefined,
		});
		expect(transfer).toMatchObject({
			client: { address: '10.0.0.9', port: 2070 },
			answeredFrom: { port: 49152 },
			requests: 0,
		});
		expect(transfer.frames).toEqual([1, 2, 3, 4, 5, 6]);
		expect(codes(transfer)).toEqual(['starts-in-the-middle']);
	});

	test('by port 69, in either direction', () => {
		expect(only(transfersIn([['<', data(40, 512)]], listening)).kind).toBe('read');
		expect(only(transfersIn([['>', data(40, 512)]], listening)).kind).toBe('write');
	});

	test('by an OACK with options of TFTP', () => {
		const transfer = only(
			transfersIn([
				['<', oack({ blksize: 1024, tsize: 5 })],
				['>', ack(0)],
				['<', data(1, 5)],
				['>', ack(1)],
			]),
		);
		expect(transfer).toMatchObject({ filename: '', outcome: 'complete', blockSize: 1024, announcedSize: 5 });
	});

	test.each([
		[
			'DATA without ACKs',
			[
				['<', data(1, 20)],
				['<', data(2, 20)],
				['<', data(3, 20)],
				['<', data(4, 20)],
				['<', data(5, 20)],
			],
		],
		[
			'ACKs of other numbers',
			[
				['<', data(1, 20)],
				['>', ack(7)],
				['<', data(2, 20)],
				['>', ack(8)],
				['<', data(3, 20)],
			],
		],
		[
			'numbers that do not count up',
			[
				['<', data(1, 20)],
				['>', ack(1)],
				['<', data(9, 20)],
				['>', ack(9)],
				['<', data(3, 20)],
			],
		],
		['an OACK of something else', [['<', { kind: 'oack', options: [{ name: 'version', value: '1' }] }]]],
	] as const)('left alone: %s', (_, packets) => {
		expect(transfersIn(packets)).toEqual([]);
	});
});

describe('frames that the capture cut, and fragments', () => {
	function cutTo(frames: readonly DecodedFrame[], kept: number): DecodedFrame[] {
		return frames.map((frame) =>
			frame.payload.length > kept ? { ...frame, payload: frame.payload.subarray(0, kept), cut: true } : frame,
		);
	}

	test('bytes are counted by UDP length; there is no content', () => {
		const capture = madeCapture();
		talk(capture, [
			['>', rrq('a')],
			['<', data(1, 512)],
			['>', ack(1)],
			['<', data(2, 100)],
			['>', ack(2)],
		]);
		const transfer = only(tftpTransfers(cutTo(capture.frames, 54)));
		expect(transfer).toMatchObject({ bytes: 612, outcome: 'complete', content: undefined, missingBlocks: 0 });
		expect(transfer.head).toEqual(new Uint8Array(50).fill(1));
		expect(codes(transfer)).toEqual(['cut-frames']);
	});

	test('a cut request gives what is left of the name', () => {
		const capture = madeCapture();
		talk(capture, [['>', rrq('pxelinux.cfg/default')]]);
		const transfer = only(tftpTransfers(cutTo(capture.frames, 10)));
		expect(transfer.filename).toBe('pxelinux');
		expect(codes(transfer)).toEqual(['cut-packet', 'cut-frames']);
	});

	test('a block in fragments counts all its frames', () => {
		const capture = madeCapture();
		talk(capture, [
			['>', rrq('a', { blksize: 4096 })],
			['<', oack({ blksize: 4096 })],
			['>', ack(0)],
			['<', data(1, 4000)],
			['>', ack(1)],
		]);
		const frames = capture.frames.map((frame) =>
			frame.index === 4 && frame.ip
				? { ...frame, index: 6, ip: { ...frame.ip, fragment: { id: 1, offset: 2960, more: false, frames: [4, 5, 6] } } }
				: frame,
		);
		expect(only(tftpTransfers(frames))).toMatchObject({
			fragmented: 1,
			frames: [1, 2, 3, 4, 5, 5, 6],
			bytes: 4000,
			outcome: 'complete',
		});
	});
});

const blockSizes = fc.constantFrom(8, 64, 512, 1428);
const hardship = fc.record({
	seed: fc.nat(),
	length: fc.nat({ max: 20_000 }),
	blksize: blockSizes,
	windowsize: fc.constantFrom(1, 2, 4, 16),
	loss: fc.constantFrom(0, 0.02, 0.1),
	duplication: fc.constantFrom(0, 0.1),
	jitter: fc.constantFrom(0, 3),
	direction: fc.constantFrom('get' as const, 'put' as const),
	on: fc.constantFrom('client' as const, 'server' as const),
	singlePort: fc.boolean(),
});

describe('under loss, repeats and reordering', () => {
	test('a capture on the receiver has the file that was sent', () => {
		let complete = 0;
		fc.assert(
			fc.property(hardship, ({ length, blksize, windowsize, on, singlePort, ...network }) => {
				const content = patternedContent(Math.min(length, blksize * 400), network.seed);
				const options = optionsOf({ blksize, windowsize, tsize: network.direction === 'put' ? content.length : 0 });
				const { frames, result } = capturedTransfer({ ...network, content, options }, { on, singlePort });
				const isReceiver = on === (network.direction === 'get' ? 'client' : 'server');
				if (result.begun !== 1 || result.client?.kind !== 'complete') return;
				complete++;
				const transfer = only(tftpTransfers(frames));
				expect(transfer.kind).toBe(network.direction === 'get' ? 'read' : 'write');
				expect(transfer.bytes).toBe(content.length);
				expect(transfer.missingBlocks).toBe(0);
				expect(transfer.frames).toEqual(frames.map(({ index }) => index));
				if (isReceiver || network.loss === 0) {
					expect(transfer.outcome).toBe('complete');
					expect(equalBytes(transfer.content ?? new Uint8Array(0), content)).toBe(true);
				}
				if (network.loss === 0 && network.duplication === 0 && network.jitter === 0) {
					expect(transfer).toMatchObject({ retransmits: 0, repeatedAcks: 0, outOfOrder: 0, requests: 1 });
				}
			}),
			{ numRuns: 150 },
		);
		expect(complete).toBeGreaterThan(100);
	});

	test.each([
		['in lockstep, to 1', 1, 1, 0],
		['in windows with loss', 16, 0, 0.02],
		['in windows with loss, to 1', 16, 1, 0.02],
	] as const)('block numbers that start again %s', (_, windowsize, rollover, loss) => {
		const content = patternedContent(8 * 65_600 + 3, 5);
		const options = optionsOf({ blksize: 8, windowsize, rollover });
		const { frames } = capturedTransfer({ seed: 1, content, options, loss }, { on: 'client' });
		const told = only(tftpTransfers(frames));
		expect(told).toMatchObject({ bytes: content.length, missingBlocks: 0, outcome: 'complete' });
		expect(equalBytes(told.content ?? new Uint8Array(0), content)).toBe(true);
		// Most servers do it without telling.
		const silent = frames.map((frame) => {
			const packet = decodeTftp(frame.payload);
			if (!('options' in packet)) return frame;
			const kept = packet.options.filter(({ name }) => name !== 'rollover');
			return { ...frame, payload: encodeTftp({ ...packet, options: kept }) };
		});
		const guessed = only(tftpTransfers(silent));
		expect(guessed).toMatchObject({
			bytes: content.length,
			missingBlocks: 0,
			outcome: 'complete',
			granted: { length: 2 },
		});
		expect(equalBytes(guessed.content ?? new Uint8Array(0), content)).toBe(true);
	});

	test('netascii is turned back', () => {
		const content = new TextEncoder().encode('#!ipxe\necho \r\nboot\n');
		const sent = createNetasciiEncoder().push(content);
		const { frames } = capturedTransfer({
			seed: 1,
			content: sent,
			mode: 'NetASCII',
			options: optionsOf({ blksize: 8 }),
		});
		const transfer = only(tftpTransfers(frames));
		expect(transfer).toMatchObject({ content, bytes: sent.length });
		expect(transfer.head).toEqual(content);
	});

	test('IPv6', () => {
		const server = { address: 'fd00::1', port: 5000 };
		const client = { address: 'fd00::9', port: 1200 };
		const frames = [
			datagram(1, client, { ...server, port: 69 }, encodeTftp(rrq('a')), 0),
			datagram(2, server, client, encodeTftp(data(1, 3)), 1),
			datagram(3, client, server, encodeTftp(ack(1)), 2),
		];
		expect(only(tftpTransfers(frames))).toMatchObject({
			content: Uint8Array.of(1, 1, 1),
			answeredFrom: server,
			outcome: 'complete',
		});
	});
});

describe('bounds', () => {
	test('content is kept up to the limit; bytes are counted on', () => {
		const content = patternedContent(100_000);
		const { frames } = capturedTransfer({ seed: 1, content });
		const transfer = only(tftpTransfers(frames, { maxContentBytes: 90_000 }));
		expect(transfer).toMatchObject({ bytes: 100_000, outcome: 'complete', content: undefined });
		expect(equalBytes(transfer.head, content.subarray(0, 65_536))).toBe(true);
		expect(codes(transfer)).toEqual(['too-large-to-keep']);
		expect(only(tftpTransfers(frames, { maxTotalBytes: 90_000 })).content).toBeUndefined();
		const whole = only(tftpTransfers(frames, { maxContentBytes: 100_000 })).content;
		expect(equalBytes(whole ?? new Uint8Array(0), content)).toBe(true);
	});

	test('what is handed out gives its room back', () => {
		const follower = followTftp({ maxTotalBytes: 1000 });
		const done: TftpTransfer[] = [];
		const capture = madeCapture();
		for (let i = 0; i < 20; i++)
			talk(
				capture,
				[
					['>', rrq(`f${i}`)],
					['<', data(1, 400)],
					['>', ack(1)],
				],
				i * 60_000,
			);
		for (const frame of capture.frames) done.push(...follower.push(frame));
		expect(done).toHaveLength(19);
		done.push(...follower.end());
		expect(done.every(({ content }) => content?.length === 400)).toBe(true);
	});

	test('a flood of requests displaces no transfer that is under way', () => {
		const capture = madeCapture();
		talk(capture, [
			['>', rrq('a')],
			['<', data(1, 512)],
			['>', ack(1)],
		]);
		for (let i = 0; i < 3000; i++)
			capture.tftp({ address: `10.1.${i >> 8}.${i & 255}`, port: 7 }, listening, rrq('x'), 50);
		talk(
			capture,
			[
				['<', data(2, 3)],
				['>', ack(2)],
			],
			60,
		);
		const follower = followTftp({ maxTransfers: 100 });
		let early = 0;
		for (const frame of capture.frames) early += follower.push(frame).length;
		expect(early).toBe(2900);
		const rest = follower.end();
		expect(rest).toHaveLength(101);
		expect(rest.find(({ filename }) => filename === 'a')).toMatchObject({ outcome: 'complete', bytes: 515 });
	});

	test('any frames whatever give transfers, and each frame at most to one', () => {
		const host = fc.record({
			address: fc.constantFrom('10.0.0.1', '10.0.0.9', '10.0.0.7'),
			port: fc.constantFrom(69, 2070, 49152),
		});
		const packet = fc.oneof(
			fc.uint8Array({ maxLength: 40 }),
			fc
				.tuple(fc.integer({ min: 1, max: 6 }), fc.uint8Array({ maxLength: 30 }))
				.map(([opcode, rest]) => Uint8Array.of(0, opcode, ...rest)),
			fc
				.tuple(
					fc.integer({ min: 3, max: 4 }),
					fc.constantFrom(0, 1, 2, 3, 255),
					fc.constantFrom(0, 1, 2, 255),
					fc.nat({ max: 20 }),
				)
				.map(([opcode, high, low, length]) => Uint8Array.of(0, opcode, high, low, ...new Uint8Array(length))),
			fc
				.constantFrom('\0\x01a\0octet\0', '\0\x01a\0octet\0blksize\x008\0', '\0\x06blksize\x008\0', '\0\x05\0\x08x\0')
				.map((text) => Uint8Array.from(text, (character) => character.charCodeAt(0))),
		);
		fc.assert(
			fc.property(fc.array(fc.tuple(host, host, packet, fc.boolean()), { maxLength: 60 }), (packets) => {
				const capture = madeCapture();
				for (const [source, destination, payload] of packets) capture.udp(source, destination, payload, 1);
				const frames = capture.frames.map((frame, i) => ({ ...frame, cut: packets[i]?.[3] ?? false }));
				const transfers = tftpTransfers(frames, { maxTransfers: 3, maxTotalBytes: 100 });
				const used = transfers.flatMap((transfer) => transfer.frames);
				expect(new Set(used).size).toBe(used.length);
				for (const transfer of transfers) {
					expect(transfer.missingBlocks).toBeGreaterThanOrEqual(0);
					expect(transfer.content?.length ?? 0).toBeLessThanOrEqual(100);
				}
			}),
			{ numRuns: 500 },
		);
	});
});
