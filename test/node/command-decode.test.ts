import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type CaptureFrame, readCapture } from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/node/command/command.ts';
import { decode } from '../../src/node/command/decode.ts';
import { readHex } from '../../src/node/command/hex-dump.ts';
import { fixtureBytes } from '../support/fixtures.ts';

const { frames } = readCapture(fixtureBytes('captures/failures/ovmf_missing-file.pcap'));
/** Wireshark's numbers. */
const [discover, readRequest] = [frames[8], frames[17]] as [CaptureFrame, CaptureFrame];
const ethernetHeader = 14;
const folder = new URL('../../fixtures/hex-dumps/', import.meta.url).pathname;
const dump = (name: string) => readFileSync(`${folder}${name}.txt`, 'utf8');

async function decoded(...args: string[]): Promise<string> {
	let out = '';
	await decode.run(args, (text) => {
		out += text;
	});
	return out;
}

describe('bytes as people paste them', () => {
	test.each(['tcpdump-xx', 'tcpdump-XX', 'tshark-x', 'xxd', 'xxd-p', 'xxd-i', 'hexdump-C', 'od', 'od-x'])(
		'%s: the bytes of the frame',
		(name) => {
			expect(readHex(dump(name))).toEqual(Uint8Array.from(readRequest.data));
		},
	);

	test.each(['tcpdump-x', 'tcpdump-X'])('%s: from the IP header on', (name) => {
		expect(readHex(dump(name))).toEqual(Uint8Array.from(readRequest.data.subarray(ethernetHeader)));
	});

	test.each(['discover-hexdump-C', 'discover-od', 'discover-xxd-a'])('%s: lines left out', (name) => {
		expect(dump(name)).toMatch(/^\*$/m);
		expect(readHex(dump(name))).toEqual(Uint8Array.from(discover.data));
	});

	test('dumps without their text columns: the places are no bytes', () => {
		for (const name of ['tshark-x', 'xxd', 'hexdump-C']) {
			const digitsOnly = dump(name)
				.replace(/ {2,3}[|.].*$/gm, '')
				.replace(/\|.*$/gm, '')
				.replace(/ {3}.*$/gm, '');
			expect(readHex(digitsOnly)).toEqual(Uint8Array.from(readRequest.data));
		}
	});

	test.each([
		['0001 612e', [0, 1, 0x61, 0x2e]],
		['52:54:00 12-34-56', [0x52, 0x54, 0, 0x12, 0x34, 0x56]],
		['0x00010203', [0, 1, 2, 3]],
		['0x00, 0x01', [0, 1]],
		['\\x00\\x01', [0, 1]],
		// A frame to 00:00:00:00:00:00 in tcpdump's grouping, and no place.
		['0000 0000 0000 0000 0000 0000 0800', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0]],
		['0000  01 02', [1, 2]],
		['00000000: 0102 03', [1, 2, 3]],
	])('%j', (text, bytes) => {
		expect(Array.from(readHex(text))).toEqual(bytes);
	});

	const layouts: Record<string, { place: (n: number) => string; group: number; gap: number; middle: boolean }> = {
		xxd: { place: (n) => `${n.toString(16).padStart(8, '0')}: `, group: 2, gap: 2, middle: false },
		tcpdump: { place: (n) => `\t0x${n.toString(16).padStart(4, '0')}:  `, group: 2, gap: 2, middle: false },
		tshark: { place: (n) => `${n.toString(16).padStart(4, '0')}  `, group: 1, gap: 3, middle: false },
		hexdump: { place: (n) => `${n.toString(16).padStart(8, '0')}  `, group: 1, gap: 2, middle: true },
	};

	test.each(Object.keys(layouts))('%s of any bytes: the text column is no bytes, whatever stands in it', (name) => {
		const { place, group, gap, middle } = layouts[name] as (typeof layouts)[string];
		const rowOf = (row: readonly number[], at: number) => {
			const digits = Array.from({ length: 16 }, (_, i) => {
				const byte = row[i];
				const space = (i + 1) % group === 0 ? ' ' : '';
				return `${byte === undefined ? '  ' : byte.toString(16).padStart(2, '0')}${space}${middle && i === 7 ? ' ' : ''}`;
			});
			const text = row.map((byte) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
			return `${place(at)}${digits
				.join('')
				.trimEnd()
				.padEnd(digits.join('').length - 1)}${' '.repeat(gap)}${middle ? `|${text}|` : text}`;
		};
		const hexLike = fc.constantFrom(...[...'0123456789abcdef .'].map((character) => character.charCodeAt(0)));
		const bytes = fc.array(fc.oneof(hexLike, fc.nat(255)), { minLength: 17, maxLength: 80 });
		fc.assert(
			fc.property(bytes, (list) => {
				const rows = Array.from({ length: Math.ceil(list.length / 16) }, (_, i) =>
					rowOf(list.slice(16 * i, 16 * i + 16), 16 * i),
				);
				expect(Array.from(readHex(rows.join('\n')))).toEqual(list);
			}),
			{ numRuns: 500 },
		);
	});

	test('any text: bytes, or a sentence', () => {
		const near = fc.array(
			fc.constantFrom('0', '0000', '00000000:', '0x0010:', ' ', '  ', '\n', '*\n', 'ff', 'abc', 'zz', '{', '}'),
		);
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					near.map((parts) => parts.join('')),
				),
				(text) => {
					try {
						expect(readHex(text)).toBeInstanceOf(Uint8Array);
					} catch (error) {
						expect(error).toBeInstanceOf(UsageError);
					}
				},
			),
			{ numRuns: 1000 },
		);
	});

	test.each([
		['xyz', /not hexadecimal bytes: "xyz"; give digits, or the dump/],
		['abc', /3 digits, so half a byte is missing/],
		['', /no bytes/],
		[dump('hexdump'), /bytes of each pair are swapped/],
		[`${dump('xxd')}${dump('xxd')}`, /several packets/],
		[`00000000  ${'00 '.repeat(16)}\n*\nffffff00  00`, /more than 1048576 bytes/],
	])('what is wrong with %j', (text, message) => {
		expect(() => readHex(text)).toThrow(message);
		expect(() => readHex(text)).toThrow(UsageError);
	});
});

describe('pxekit decode', () => {
	test('the fixtures are all read here', () => {
		expect(readdirSync(folder).length).toBe(15);
	});

	// tshark -V of frame 18: Source Port 1057, Destination Port 69, Read Request, Source File missing.
	test.each([
		['an Ethernet frame', 0, /^Ethernet frame, 92 bytes/],
		['an IP packet', ethernetHeader, /^IP packet, 78 bytes/],
		['a UDP datagram', ethernetHeader + 20, /^UDP datagram, 58 bytes/],
		['a TFTP packet', ethernetHeader + 28, /^TFTP packet \(UDP payload\), 50 bytes/],
	])('%s, told from its bytes', async (_, start, first) => {
		const out = await decoded('--hex', Buffer.from(readRequest.data.subarray(start)).toString('hex'));
		expect(out).toMatch(first);
		expect(out).toContain('filename: "missing"');
		if (start < ethernetHeader + 28) expect(out).toMatch(/sourcePort: 1057\n *destinationPort: 69/);
	});

	test('DHCP in a UDP datagram and in an IP packet', async () => {
		// tshark -V of frame 9: Option 60 PXEClient:Arch:00007:UNDI:003000.
		for (const start of [ethernetHeader, ethernetHeader + 20]) {
			const out = await decoded('--hex', Buffer.from(discover.data.subarray(start)).toString('hex'));
			expect(out).toContain('DHCP DISCOVER');
			expect(out).toContain('"PXEClient:Arch:00007:UNDI:003000"');
		}
	});

	test('--as udp and --as ip of too little', async () => {
		await expect(decoded('--hex', '0043', '--as', 'udp')).rejects.toThrow(/8 bytes; here are 2/);
		expect(await decoded('--hex', '45', '--as', 'ip')).toContain('odd: ');
		await expect(decoded('--hex', ' ')).rejects.toThrow(/no bytes/);
	});
});
