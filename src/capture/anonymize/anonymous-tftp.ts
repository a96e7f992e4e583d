import { decodeTftp } from '../../tftp/index.ts';
import { u16 } from '../frames/frame-reading.ts';
import type { ContentScrubber } from './anonymous-files.ts';
import type { Identities } from './anonymous-identity.ts';
import { latin1 } from './anonymous-identity.ts';
import { type Speaker, scrubText } from './anonymous-text.ts';

const opcode = { read: 1, write: 2, data: 3, ack: 4, error: 5, oack: 6 } as const;

/** Options with numbers for values (RFC 1782 and those that build on it). */
const numericOptions = ['blksize', 'blksize2', 'tsize', 'timeout', 'utimeout', 'windowsize', 'rollover'];

/** Whether the packet can be TFTP between ports that nothing is known of: a capture may begin in the middle of a transfer. */
export function looksLikeTftp(bytes: Uint8Array): boolean {
	if (bytes.length < 4 || bytes[0] !== 0) return false;
	if (bytes[1] === opcode.data) return true;
	if (bytes[1] === opcode.ack) return bytes.length === 4;
	if (bytes[1] !== opcode.error && bytes[1] !== opcode.oack) return false;
	try {
		decodeTftp(bytes);
		return true;
	} catch {
		return false;
	}
}

/**
 * Replaces names in a TFTP packet, and takes the file out of it, in place.
 *
 * @param stream names who sends to whom
 */
export function scrubTftp(
	identities: Identities,
	bytes: Uint8Array,
	stream: string,
	speaker: Speaker | undefined,
	content: ContentScrubber,
): void {
	const code = bytes.length >= 2 ? u16(bytes, 0) : 0;
	if (code === opcode.read || code === opcode.write) {
		const end = endOfText(bytes, 2);
		scrubText(identities, bytes, 2, end, speaker);
		// The mode stays.
		scrubOptions(identities, bytes, endOfText(bytes, end + 1) + 1);
	} else if (code === opcode.oack) scrubOptions(identities, bytes, 2);
	else if (code === opcode.data) {
		const block = bytes.length >= 4 ? u16(bytes, 2) : 0;
		const place = { stream, position: block, next: (block + 1) & 0xffff, isStart: block === 1 };
		content.push(bytes.subarray(4), place);
	} else if (code === opcode.error) scrubText(identities, bytes, 4, bytes.length, speaker);
	else bytes.fill(0, code === opcode.ack ? 4 : 0);
}

function scrubOptions(identities: Identities, bytes: Uint8Array, start: number): void {
	let at = start;
	while (at < bytes.length) {
		const nameEnd = endOfText(bytes, at);
		const valueEnd = endOfText(bytes, nameEnd + 1);
		const name = latin1(bytes, at, nameEnd).toLowerCase();
		const isNumber = numericOptions.includes(name) && /^\d*$/.test(latin1(bytes, nameEnd + 1, valueEnd));
		if (!isNumber) scrubText(identities, bytes, nameEnd + 1, valueEnd);
		at = valueEnd + 1;
	}
}

function endOfText(bytes: Uint8Array, start: number): number {
	const nul = bytes.indexOf(0, start);
	return nul < 0 ? bytes.length : nul;
}
