import type { Issue } from '../wire/issue.ts';
import { decodeUtf8, decodeUtf8Lossy } from '../wire/text.ts';

/**
 * A text that is known to lie inside the table. It ends at its length or at the first NUL.
 *
 * @internal
 */
export function readHeapText(bytes: Uint8Array, offset: number, length: number, issues: Issue[], path: string): string {
	const raw = bytes.subarray(offset, offset + length);
	const nul = raw.indexOf(0);
	const odd = (code: string, message: string, at: number) => issues.push({ code, message, offset: at, path });
	if (nul === length - 1) odd('nul-counted', 'the length counts the NUL that ends the text', offset + nul);
	else if (nul >= 0) odd('nul-in-text', 'the text ends before its length does', offset + nul);
	else if (bytes[offset + length] !== 0) odd('no-nul', 'no NUL follows the text', offset + length);
	const text = nul < 0 ? raw : raw.subarray(0, nul);
	const utf8 = decodeUtf8(text);
	if (utf8 === undefined) odd('not-utf8', 'the text is not UTF-8', offset);
	return utf8 ?? decodeUtf8Lossy(text);
}
