import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { decodeFrame } from '../../capture/index.ts';
import { hasDhcpPorts } from '../../capture/timeline/dhcp-event.ts';
import { decodeDhcp } from '../../dhcp/index.ts';
import { decodeAbft, decodeIbft, decodeNbft, decodeSbft } from '../../ibft/index.ts';
import { formatBootPacket } from '../../pxe/index.ts';
import { decodeTftp } from '../../tftp/index.ts';
import { formatHex } from '../../wire/hex.ts';
import type { Issue } from '../../wire/issue.ts';
import { type Command, UsageError } from './command.ts';
import { fieldLines } from './field-lines.ts';
import { fileFault } from './file-fault.ts';
import { readHex } from './hex-dump.ts';

/** Something that can be decoded by itself. */
interface Kind {
	readonly name: string;
	readonly what: string;
	/** Whether the bytes look like it. The first row that says so counts. */
	fits(bytes: Uint8Array): boolean;
	text(bytes: Uint8Array): string;
}

const magicCookie = '63825363';
const linkTypes = { ethernet: 1, raw: 101 };
const dhcpPorts = [67, 68, 4011];
const tftpPort = 69;
const bootPorts = [...dhcpPorts, tftpPort];
const etherTypes = [0x0800, 0x0806, 0x86dd, 0x8100, 0x88a8];

const startsWith =
	(...signatures: readonly string[]) =>
	(bytes: Uint8Array) =>
		signatures.some((text) => [...text].every((character, i) => bytes[i] === character.charCodeAt(0)));
const u16 = (bytes: Uint8Array, at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const hexAt = (bytes: Uint8Array, start: number, length: number) => formatHex(bytes.subarray(start, start + length));

function withIssues(text: string, issues: readonly Issue[]): string {
	return [
		text,
		...issues.map(({ message, offset }) => `odd: ${message}${offset === undefined ? '' : ` (byte ${offset})`}`),
	].join('\n');
}

function table(decode: (bytes: Uint8Array) => object): Kind['text'] {
	return (bytes) => {
		// The table's own bytes hold its secrets in clear text.
		const { issues = [], bytes: _, ...fields } = decode(bytes) as { issues?: readonly Issue[]; bytes?: Uint8Array };
		return withIssues(fieldLines(fields).join('\n'), issues);
	};
}

const kinds: readonly Kind[] = [
	{
		name: 'ibft',
		what: 'iSCSI Boot Firmware Table',
		fits: startsWith('iBFT', 'IBFT', 'BIFT'),
		text: table(decodeIbft),
	},
	{ name: 'abft', what: 'ATA over Ethernet Boot Firmware Table', fits: startsWith('aBFT'), text: table(decodeAbft) },
	{ name: 'sbft', what: 'SRP Boot Firmware Table', fits: startsWith('sBFT'), text: table(decodeSbft) },
	{ name: 'nbft', what: 'NVMe Boot Firmware Table', fits: startsWith('NBFT'), text: table(decodeNbft) },
	{
		name: 'dhcp',
		what: 'DHCP or BOOTP packet (UDP payload)',
		fits: (bytes) => (bytes[0] === 1 || bytes[0] === 2) && (hexAt(bytes, 236, 4) === magicCookie || bytes[1] === 1),
		text: dhcpText,
	},
	{ name: 'udp', what: 'UDP datagram', fits: isBootDatagram, text: datagramText },
	{ name: 'ip', what: 'IP packet', fits: isIpPacket, text: (bytes) => frameText(bytes, linkTypes.raw) },
	{
		name: 'frame',
		what: 'Ethernet frame',
		fits: (bytes) => bytes.length >= 14 && etherTypes.includes(u16(bytes, 12)),
		text: (bytes) => frameText(bytes, linkTypes.ethernet),
	},
	{
		name: 'tftp',
		what: 'TFTP packet (UDP payload)',
		fits: (bytes) => bytes[0] === 0 && (bytes[1] as number) >= 1 && (bytes[1] as number) <= 6,
		text: table(decodeTftp),
	},
];

function dhcpText(bytes: Uint8Array): string {
	const packet = decodeDhcp(bytes);
	return withIssues(formatBootPacket(packet), packet.issues);
}

/** RFC 768: ports, length, checksum. */
const udpHeader = 8;

function isBootDatagram(bytes: Uint8Array): boolean {
	const hasPort = bootPorts.includes(u16(bytes, 0)) || bootPorts.includes(u16(bytes, 2));
	return bytes.length >= udpHeader && u16(bytes, 4) === bytes.length && hasPort;
}

/** RFC 791 section 3.1, RFC 8200 section 3: the version, and a length that is so. */
function isIpPacket(bytes: Uint8Array): boolean {
	const version = (bytes[0] ?? 0) >> 4;
	if (version === 4) {
		const headerLength = ((bytes[0] as number) & 15) * 4;
		return headerLength >= 20 && u16(bytes, 2) >= headerLength && u16(bytes, 2) <= bytes.length;
	}
	return version === 6 && bytes.length >= 40 && u16(bytes, 4) + 40 === bytes.length;
}

function datagramText(bytes: Uint8Array): string {
	if (bytes.length < udpHeader) throw new UsageError(`a UDP datagram starts with 8 bytes; here are ${bytes.length}`);
	const ports = { sourcePort: u16(bytes, 0), destinationPort: u16(bytes, 2) };
	const payload = bytes.subarray(udpHeader);
	const isDhcp = Object.values(ports).some((port) => dhcpPorts.includes(port)) && ports.destinationPort !== tftpPort;
	return [...fieldLines({ udp: ports }), payloadText(payload, isDhcp, ports)].join('\n');
}

function frameText(data: Uint8Array, linkType: number): string {
	const frame = { index: 1, time: undefined, linkType, data, originalLength: data.length, interface: 0 };
	const decoded = decodeFrame(frame);
	const { index: _, time: __, payload, issues, ...headers } = decoded;
	return withIssues(
		[...fieldLines(headers), payloadText(payload, hasDhcpPorts(decoded), headers.udp)].join('\n'),
		issues,
	);
}

function payloadText(
	payload: Uint8Array,
	isDhcp: boolean,
	ports: { readonly sourcePort: number; readonly destinationPort: number } | undefined,
): string {
	if (isDhcp) return dhcpText(payload);
	const isTftp = ports && (ports.sourcePort === tftpPort || ports.destinationPort === tftpPort);
	return isTftp ? table(decodeTftp)(payload) : fieldLines({ payload }).join('\n');
}

export const decode: Command = {
	name: 'decode',
	usage: `--hex HEX | --file FILE [--as ${kinds.map(({ name }) => name).join('|')}]`,
	summary: 'One packet or table, field by field. What it is, is told from its first bytes.',
	async run(args, write) {
		const { bytes, as } = parse(args);
		if (bytes.length === 0) throw new UsageError('there are no bytes in it');
		const kind = kinds.find((row) => (as === undefined ? row.fits(bytes) : row.name === as));
		if (!kind) {
			const names = kinds.map(({ name, what }) => `${name} (${what})`).join(', ');
			throw new UsageError(
				as === undefined
					? `${bytes.length === 1 ? 'this byte begins' : `these ${bytes.length} bytes begin`} like nothing that is known; say what they are with --as: ${names}`
					: `there is no kind ${JSON.stringify(as)}: ${names}`,
			);
		}
		write(`${kind.what}, ${bytes.length} bytes\n${kind.text(bytes)}\n`);
		return 0;
	},
};

function parse(args: readonly string[]): { bytes: Uint8Array; as: string | undefined } {
	const { values } = parseArgs({
		args: [...args],
		options: { hex: { type: 'string' }, file: { type: 'string' }, as: { type: 'string' } },
	});
	const { hex, file, as } = values;
	if ((hex === undefined) === (file === undefined)) throw new UsageError('give the bytes: --hex HEX, or --file FILE');
	return { bytes: hex === undefined ? contentOf(file as string) : readHex(hex), as };
}

function contentOf(file: string): Uint8Array {
	try {
		return readFileSync(file);
	} catch (error) {
		throw fileFault(file, error);
	}
}
