import type { Issue } from './issue.ts';

/** One code, length, data item inside an option. */
export interface TlvItem {
	readonly code: number;
	readonly bytes: Uint8Array;
	/** Where the code stands in the block. */
	readonly offset: number;
}

/** Items of a block whose code 0 is padding and whose code 255 is End: options 43 and 175. */
export interface TlvBlock {
	readonly items: readonly TlvItem[];
	/** Whether End was there. It is customary, not required. */
	readonly end: boolean;
	readonly issues: readonly Issue[];
}

/** Reads such a block as far as it can be read. */
export function decodeTlvBlock(bytes: Uint8Array, path: string): TlvBlock {
	const items: TlvItem[] = [];
	const issues: Issue[] = [];
	let at = 0;
	while (at < bytes.length) {
		const code = bytes[at] as number;
		if (code === 255) return { items, end: true, issues };
		if (code === 0) {
			at++;
			continue;
		}
		const length = bytes[at + 1];
		const left = Math.max(0, bytes.length - at - 2);
		if (length === undefined || length > left) {
			const message = `${path}[${code}] says ${length ?? 'no'} bytes, but ${left} are left`;
			issues.push({ code: 'truncated', message, offset: at, path: `${path}[${code}]` });
			return { items, end: false, issues };
		}
		items.push({ code, bytes: bytes.subarray(at + 2, at + 2 + length), offset: at });
		at += 2 + length;
	}
	return { items, end: false, issues };
}
