import { concatBytes } from '../../../src/wire/bytes.ts';

const ascii = (text: string) => new TextEncoder().encode(text);

function filled(
	length: number,
	parts: readonly (readonly [at: number, bytes: Uint8Array | readonly number[]])[],
): Uint8Array {
	const bytes = new Uint8Array(length).fill(0x90);
	for (const [at, part] of parts) bytes.set(part, at);
	return bytes;
}

/** A UEFI program by its first bytes, as the PE format lays them down. */
export function efiProgram(machine = 0x8664, length = 3000): Uint8Array {
	const header = [0x50, 0x45, 0, 0, machine & 0xff, machine >> 8];
	return filled(length, [
		[0, ascii('MZ')],
		[0x3c, [0x80, 0, 0, 0]],
		[0x80, header],
	]);
}

/** As pxelinux.0 and undionly.kpxe begin: a far jump. */
export const biosProgram = (length = 3000): Uint8Array => filled(length, [[0, [0xea, 0x24, 0x7c, 0, 0]]]);

/** As Documentation/arch/x86/boot.rst lays it down. */
export const linuxKernel = (length = 3000): Uint8Array => filled(length, [[0x202, ascii('HdrS')]]);

export const initrd = (length = 2000): Uint8Array => filled(length, [[0, ascii('070701')]]);

export const iso = (length = 0x9000): Uint8Array => filled(length, [[0x8001, ascii('CD001')]]);

export const withByteOrderMark = (text: string): Uint8Array =>
	concatBytes([Uint8Array.of(0xef, 0xbb, 0xbf), ascii(text)]);
