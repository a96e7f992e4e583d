import { EncodeError } from '../wire/errors.ts';
import { encodeUtf8 } from '../wire/text.ts';
import { type IpxeCommand, type IpxeLine, type IpxeScript, ipxeWordText } from './tree.ts';

/**
 * The script as text, character for character what {@link parseIpxe} read.
 *
 * @example
 * ```ts
 * import { parseIpxe, printIpxe } from 'pxekit/ipxe';
 *
 * printIpxe(parseIpxe('#!ipxe\r\necho  a \\\r\n  b # note')); // => '#!ipxe\r\necho  a \\\r\n  b # note'
 * ```
 */
export function printIpxe(script: IpxeScript): string {
	let text = '';
	for (const line of script.lines) text += printLine(line);
	return text;
}

/**
 * The script as bytes, byte for byte what {@link parseIpxe} read.
 *
 * @throws an {@link EncodeError} `not-utf8` when the script was given as text that has no UTF-8 form
 * @example
 * ```ts
 * import { parseIpxe, printIpxeBytes } from 'pxekit/ipxe';
 *
 * const latin1 = Uint8Array.of(0x23, 0x21, 0x69, 0x70, 0x78, 0x65, 0x0a, 0xe9);
 * printIpxeBytes(parseIpxe(latin1)); // => latin1
 * ```
 */
export function printIpxeBytes(script: IpxeScript): Uint8Array<ArrayBuffer> {
	const text = printIpxe(script);
	if (script.encoding === 'latin1') {
		return Uint8Array.from(text, (character) => {
			const code = character.charCodeAt(0);
			if (code > 0xff) throw new EncodeError('not-latin1', `a latin1 script can't hold ${JSON.stringify(character)}`);
			return code;
		});
	}
	// A NUL and U+FFFD are bytes like others here: a script that was read may hold them.
	return /[\0\uFFFD]/.test(text) ? new TextEncoder().encode(text) : encodeUtf8(text, 'script');
}

function printLine(line: IpxeLine): string {
	let text = line.leading;
	if (line.label) text += `:${line.label.name}`;
	for (const command of line.commands) text += printCommand(command);
	text += line.trailing + (line.comment?.text ?? '') + line.afterNul;
	return withJoins(text, line) + line.end;
}

function printCommand(command: IpxeCommand): string {
	let text = '';
	for (const word of command.words) text += word.leading + ipxeWordText(word);
	if (command.operator) text += command.operator.leading + command.operator.text;
	return text;
}

function withJoins(text: string, line: IpxeLine): string {
	if (line.joins.length === 0) return text;
	let result = '';
	let at = 0;
	for (const join of line.joins) {
		result += text.slice(at, join.at) + join.text;
		at = join.at;
	}
	return result + text.slice(at);
}
