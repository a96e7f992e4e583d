import { DecodeError } from '../wire/errors.ts';
import { formatHex } from '../wire/hex.ts';
import { optionKinds } from './option-kinds.ts';
import { pathOfOption, rowOfCode } from './option-names.ts';
import { broadcastFlag, type DhcpPacket } from './packet.ts';

/** JSON leaves DEL, C1 controls and marks of writing direction as they are; a terminal would act on them. */
function quote(text: string): string {
	return JSON.stringify(text).replace(
		/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}

function formatValue(value: unknown): string {
	if (value instanceof Uint8Array) return value.length > 0 ? formatHex(value) : '(empty)';
	if (typeof value === 'string') return quote(value);
	if (Array.isArray(value)) return value.map(formatValue).join(', ');
	if (typeof value === 'object' && value !== null) {
		return Object.entries(value)
			.filter(([, part]) => part !== undefined)
			.map(([key, part]) => `${key} ${formatValue(part)}`)
			.join(' ');
	}
	return String(value);
}

function formatOption(packet: DhcpPacket, code: number): string {
	const bytes = packet.options.bytes(code) as Uint8Array;
	const row = rowOfCode(code);
	if (!row) return formatValue(bytes);
	if (row.secret) return `${bytes.length} bytes, not shown: may hold credentials`;
	try {
		const value = optionKinds[row.kind].decode(bytes, pathOfOption(code));
		const isAddress = row.kind === 'ipv4' || row.kind === 'ipv4List' || row.kind === 'messageType';
		return isAddress ? [value].flat().join(', ') : formatValue(value);
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		return `${formatValue(bytes)} (malformed: ${error.message})`;
	}
}

/**
 * A packet for people: a line for the header, a line for each address and name that is set, a line for each option
 * with its number and name, a line for each issue. Options that may hold credentials are named, not shown.
 *
 * @example
 * ```ts
 * import { decodeDhcp, encodeDhcp, formatDhcp } from 'pxekit/dhcp';
 *
 * const offer = decodeDhcp(encodeDhcp({
 *   op: 2, xid: 0x1234, chaddr: '52:54:00:12:34:56', siaddr: '10.0.0.1', file: 'ipxe.efi',
 *   options: { messageType: 'OFFER', serverIdentifier: '10.0.0.1' },
 * }));
 * formatDhcp(offer).split('\n')[0]; // => 'DHCP OFFER (reply) xid 00001234 52:54:00:12:34:56'
 * ```
 */
export function formatDhcp(packet: DhcpPacket): string {
	const kind = packet.cookie ? `DHCP ${packet.options.tryGet('messageType') ?? '(no message type)'}` : 'BOOTP';
	const direction = packet.op === 1 ? 'request' : packet.op === 2 ? 'reply' : `op ${packet.op}`;
	const xid = packet.xid.toString(16).padStart(8, '0');
	const lines = [`${kind} (${direction}) xid ${xid} ${packet.mac || '(no hardware address)'}`];
	const field = (name: string, value: string | number, absent: string | number) => {
		if (value !== absent) lines.push(`  ${name} ${value}`);
	};
	field('htype', packet.htype, 1);
	field('hlen', packet.hlen, 6);
	field('hops', packet.hops, 0);
	field('secs', packet.secs, 0);
	if (packet.flags !== 0) {
		const note = packet.flags & broadcastFlag ? ' (broadcast)' : '';
		lines.push(`  flags 0x${packet.flags.toString(16).padStart(4, '0')}${note}`);
	}
	for (const name of ['ciaddr', 'yiaddr', 'siaddr', 'giaddr'] as const) field(name, packet[name], '0.0.0.0');
	for (const name of ['sname', 'file'] as const) field(name, quote(packet[name]), '""');
	for (const code of new Set(packet.options.entries().map((entry) => entry.code))) {
		const source = packet.options.entries().find((entry) => entry.code === code)?.source;
		const where = source === 'options' ? '' : ` [in ${source}]`;
		lines.push(
			`  ${String(code).padStart(3)} ${rowOfCode(code)?.name ?? '(no name)'}${where}: ${formatOption(packet, code)}`,
		);
	}
	for (const issue of packet.issues) lines.push(`  ! ${issue.message} (${issue.code})`);
	return lines.join('\n');
}
