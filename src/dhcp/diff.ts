import { equalBytes } from '../wire/bytes.ts';
import { formatHex } from '../wire/hex.ts';
import { formatOption, formatText } from './format.ts';
import { rowOfCode } from './option-names.ts';
import { type DhcpPacket, structuralCodes } from './packet.ts';

/** One field or option in which two packets differ. */
export interface DhcpDifference {
	/** `'siaddr'`, `'option 43'`. */
	readonly field: string;
	/** Of an option that the table knows: `'bootfileName'`. */
	readonly name?: string | undefined;
	/** In the first packet, for people; `undefined` when it does not have the option. What may hold credentials is not shown. */
	readonly first: string | undefined;
	/** In the second. */
	readonly second: string | undefined;
}

const numbers = ['op', 'htype', 'hlen', 'xid', 'flags'] as const;
const addresses = ['ciaddr', 'yiaddr', 'siaddr', 'giaddr'] as const;
const texts = ['sname', 'file'] as const;

/**
 * All that a client reads of a packet and that is not the same in the other one: fields in the order of the header, then
 * options in the order of the first packet. How the options are laid out is not compared: their order, padding, where
 * option 52 lets them overflow, parts of one option; nor are `hops` and `secs`, which clients do not read.
 *
 * @throws nothing
 * @example
 * ```ts
 * import { decodeDhcp, diffDhcp, encodeDhcp } from 'pxekit/dhcp';
 *
 * const offer = { op: 2, xid: 1, chaddr: '52:54:00:12:34:56', siaddr: '10.0.0.1' };
 * const captured = decodeDhcp(encodeDhcp({ ...offer, options: { messageType: 'OFFER', bootfileName: 'pxelinux.0' } }));
 * const ours = decodeDhcp(encodeDhcp({ ...offer, siaddr: '10.0.0.2', options: { messageType: 'OFFER' } }));
 * diffDhcp(captured, ours)[0]; // => { field: 'siaddr', first: '10.0.0.1', second: '10.0.0.2' }
 * diffDhcp(captured, ours)[1]; // => { field: 'option 67', name: 'bootfileName', first: '"pxelinux.0"', second: undefined }
 * ```
 */
export function diffDhcp(first: DhcpPacket, second: DhcpPacket): DhcpDifference[] {
	const differences: DhcpDifference[] = [];
	const compare = (field: string, one: string, other: string, show = (text: string) => text) => {
		if (one !== other) differences.push({ field, first: show(one), second: show(other) });
	};
	for (const field of numbers) compare(field, String(first[field]), String(second[field]));
	for (const field of addresses) compare(field, first[field], second[field]);
	compare('chaddr', formatHex(first.chaddr), formatHex(second.chaddr));
	for (const field of texts) compare(field, first[field], second[field], formatText);
	compare('cookie', String(first.cookie), String(second.cookie));
	if (!first.cookie && !second.cookie) compare('vendor area', formatHex(first.trailing), formatHex(second.trailing));
	return [...differences, ...diffOptions(first, second)];
}

function diffOptions(first: DhcpPacket, second: DhcpPacket): DhcpDifference[] {
	const codes = new Set([...first.options.entries(), ...second.options.entries()].map(({ code }) => code));
	codes.delete(structuralCodes.overload);
	return [...codes].flatMap((code) => {
		const one = first.options.bytes(code);
		const other = second.options.bytes(code);
		if (one && other && equalBytes(one, other)) return [];
		const name = rowOfCode(code)?.name;
		return {
			field: `option ${code}`,
			...(name !== undefined && { name }),
			first: one && formatOption(first, code),
			second: other && formatOption(second, code),
		};
	});
}
