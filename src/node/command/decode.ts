import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { decodeFrame } from '../../capture/index.ts';
import { hasDhcpPorts } from '../../capture/timeline/dhcp-event.ts';
import { decodeDhcp } from '../../dhcp/index.ts';
import { decodeAbft, decodeIbft, decodeNbft, decodeSbft } from '../../ibft/index.ts';
import { formatBootPacket } from '../../pxe/index.ts';
import { decodeTftp } from '../../tftp/index.ts';
import { formatHex, parseHex } from '../../wire/hex.ts';
import type { Issue } from '../../wire/issue.ts';
import { type Command, UsageError } from './command.ts';
import { fieldLines } from './field-lines.ts';
import { fileFault } from './file-fault.ts';

/** Something that can be decoded by itself. */
interface Kind {
	readonly name: string;
	readonly what: string;
	/** Whether the bytes look like it. The first row that says so counts. */
	fits(bytes: Uint8Array): boolean;
	text(bytes: Uint8Array): string;
}

const magicCookie = '63825363';
const etherTypes = [0x0800, 0x0806, 0x86dd, 0x8100, 0x88a8];

const startsWith =
	(...signatures: readonly string[]) =>
	(bytes: Uint8Array) =>
		signatures.some((text) => [...text].every((character, i) => bytes[i] === character.charCodeAt(0)));
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
	{
		name: 'frame',
		what: 'Ethernet frame',
		fits: (bytes) => bytes.length >= 14 && etherTypes.includes(Number.parseInt(hexAt(bytes, 12, 2), 16)),
		text: frameText,
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

function frameText(data: Uint8Array): string {
	const frame = { index: 1, time: undefined, linkType: 1, data, originalLength: data.length, interface: 0 };
	const decoded = decodeFrame(frame);
	const { index: _, time: __, payload, issues, ...headers } = decoded;
	const { udp } = headers;
	const isDhcp = hasDhcpPorts(decoded);
	const isTftp = udp && (udp.sourcePort === 69 || udp.destinationPort === 69);
	const inner = isDhcp ? dhcpText(payload) : isTftp ? table(decodeTftp)(payload) : fieldLines({ payload }).join('\n');
	return withIssues([...fieldLines(headers), inner].join('\n'), issues);
}

export const decode: Command = {
	name: 'decode',
	usage: `--hex HEX | --file FILE [--as ${kinds.map(({ name }) => name).join('|')}]`,
	summary: 'One packet or table, field by field. What it is, is told from its first bytes.',
	async run(args, write) {
		const { bytes, as } = parse(args);
		const kind = kinds.find((row) => (as === undefined ? row.fits(bytes) : row.name === as));
		if (!kind) {
			const names = kinds.map(({ name, what }) => `${name} (${what})`).join(', ');
			throw new UsageError(
				as === undefined
					? `these ${bytes.length} bytes begin like nothing that is known; say what they are with --as: ${names}`
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
	return { bytes: hex === undefined ? contentOf(file as string) : parseHex(hex), as };
}

function contentOf(file: string): Uint8Array {
	try {
		return readFileSync(file);
	} catch (error) {
		throw fileFault(file, error);
	}
}
