import { DecodeError } from '../wire/errors.ts';
import { formatHex } from '../wire/hex.ts';
import { escapeControls } from '../wire/text.ts';
import { withoutUriPasswords } from '../wire/uri-passwords.ts';
import { type OptionKindName, optionKinds } from './option-kinds.ts';
import { pathOfOption, rowOfCode } from './option-names.ts';
import { broadcastFlag, type DhcpPacket } from './packet.ts';
import type { RelaySubOption } from './relay-agent-information.ts';

/** Text in quotes, without the passwords of URIs. JSON leaves DEL, C1 controls and marks of writing direction as they are. */
export function formatText(text: string): string {
	return escapeControls(JSON.stringify(withoutUriPasswords(text)));
}

/** A decoded value for people, on one line. */
export function formatValue(value: unknown): string {
	if (value instanceof Uint8Array) return value.length > 0 ? formatHex(value) : '(empty)';
	if (typeof value === 'string') return formatText(value);
	if (Array.isArray(value)) return value.map(formatValue).join(', ');
	if (typeof value === 'object' && value !== null) {
		return Object.entries(value)
			.filter(([, part]) => part !== undefined)
			.map(([key, part]) => `${key} ${formatValue(part)}`)
			.join(' ');
	}
	return String(value);
}

/**
 * Prints one option: a line each, the first one behind the option's name. `undefined` = as `formatDhcp` would.
 * The bytes are the option's, repeats joined.
 */
export type DhcpOptionFormatter = (bytes: Uint8Array, packet: DhcpPacket) => readonly string[] | undefined;

/** How to print a packet. */
export interface FormatDhcpOptions {
	/** By code: for options whose inside another room knows. */
	readonly formatters?: Readonly<Record<number, DhcpOptionFormatter>> | undefined;
}

/** Kinds whose values need no quotes. */
const plainKinds: readonly OptionKindName[] = ['ipv4', 'ipv4List', 'optionalIpv4List', 'ipv6', 'messageType'];

/** In option 43 of Apple's NetBoot stands the URL of a disk with its password (option 60 says whose 43 it is). */
function holdsNetBoot(packet: DhcpPacket, code: number): boolean {
	return code === 43 && packet.options.tryGet('vendorClassIdentifier')?.startsWith('AAPLBSDPC') === true;
}

function formatRelayItems(items: readonly RelaySubOption[]): string {
	return items.map(({ code, name, bytes, value }) => `${name ?? code} ${formatValue(value ?? bytes)}`).join(', ');
}

/** Whether an option may hold passwords or keys, and is not to be printed. */
export function mayHoldCredentials(packet: DhcpPacket, code: number): boolean {
	return rowOfCode(code)?.secret === true || holdsNetBoot(packet, code);
}

/** The value of an option that is there, on one line; what may hold credentials is not shown. */
export function formatOption(packet: DhcpPacket, code: number): string {
	const bytes = packet.options.bytes(code) as Uint8Array;
	const row = rowOfCode(code);
	if (!row) return formatValue(bytes);
	if (mayHoldCredentials(packet, code)) return `${bytes.length} bytes, not shown: may hold credentials`;
	try {
		const value = optionKinds[row.kind].decode(bytes, pathOfOption(code));
		if (row.kind === 'relayAgentInformation') return formatRelayItems(value as readonly RelaySubOption[]);
		return plainKinds.includes(row.kind) ? [value].flat().join(', ') : formatValue(value);
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		return `${formatValue(bytes)} (malformed: ${error.message})`;
	}
}

/**
 * A packet for people: a line for the header, a line for each address and name that is set, a line for each option
 * with its number and name, a line for each issue. Options that may hold credentials are named, not shown, and passwords
 * in URIs are starred out. The inside of options 43 and 175 is shown by `formatBootPacket` of `pxekit/pxe`.
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
export function formatDhcp(packet: DhcpPacket, { formatters = {} }: FormatDhcpOptions = {}): string {
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
	for (const name of ['sname', 'file'] as const) field(name, formatText(packet[name]), '""');
	for (const code of new Set(packet.options.entries().map((entry) => entry.code))) {
		const source = packet.options.entries().find((entry) => entry.code === code)?.source;
		const where = source === 'options' ? '' : ` [in ${source}]`;
		const bytes = packet.options.bytes(code) as Uint8Array;
		const [first, ...more] = formatters[code]?.(bytes, packet) ?? [formatOption(packet, code)];
		lines.push(
			`  ${String(code).padStart(3)} ${rowOfCode(code)?.name ?? '(no name)'}${where}: ${first ?? ''}`.trimEnd(),
		);
		lines.push(...more.map((line) => `      ${line}`));
	}
	for (const issue of packet.issues) lines.push(`  ! ${issue.message} (${issue.code})`);
	return lines.join('\n');
}
