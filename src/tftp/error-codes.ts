/** One row of {@link tftpErrorCodes}. */
export interface TftpErrorCodeRow {
	/** The number on the wire. */
	readonly code: number;
	/** Name in this package. */
	readonly name: string;
	/** What is sent when no better text is at hand: short ASCII, as boot clients show it on a console. */
	readonly text: string;
}

/**
 * The error codes of RFC 1350 (0 to 7) and RFC 2347 (8).
 *
 * @example
 * ```ts
 * import { tftpErrorCodes } from 'pxekit/tftp';
 *
 * tftpErrorCodes.find((row) => row.code === 1)?.text; // => 'File not found'
 * ```
 */
export const tftpErrorCodes = [
	{ code: 0, name: 'undefined', text: 'Transfer failed' },
	{ code: 1, name: 'fileNotFound', text: 'File not found' },
	{ code: 2, name: 'accessViolation', text: 'Access violation' },
	{ code: 3, name: 'diskFull', text: 'Disk full' },
	{ code: 4, name: 'illegalOperation', text: 'Illegal TFTP operation' },
	{ code: 5, name: 'unknownTransferId', text: 'Unknown transfer ID' },
	{ code: 6, name: 'fileExists', text: 'File already exists' },
	{ code: 7, name: 'noSuchUser', text: 'No such user' },
	{ code: 8, name: 'optionsRefused', text: 'Options refused' },
] as const;

/** Name of a TFTP error, as in {@link tftpErrorCodes}. */
export type TftpErrorName = (typeof tftpErrorCodes)[number]['name'];

/** The number of an error on the wire. */
export function tftpErrorCode(name: TftpErrorName): number {
	return rowOf(name).code;
}

/** The text that goes with an error when there is no better one. */
export function tftpErrorText(name: TftpErrorName): string {
	return rowOf(name).text;
}

function rowOf(name: TftpErrorName): TftpErrorCodeRow {
	return tftpErrorCodes.find((row) => row.name === name) as TftpErrorCodeRow;
}
