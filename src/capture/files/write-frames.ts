import { EncodeError } from '../../wire/errors.ts';
import { maxFrameLength } from './file-window.ts';

/** A frame to write. Every {@link CaptureFrame} is one. */
export interface CaptureFrameInit {
	/** Nanoseconds since 1970-01-01T00:00:00Z. Only pcapng can do without. */
	readonly time: bigint | undefined;
	readonly data: Uint8Array;
	/** 1 (Ethernet) by default; in pcapng that of its interface. */
	readonly linkType?: number | undefined;
	/** Length on the wire; `data.length` by default. */
	readonly originalLength?: number | undefined;
	/** pcapng: place in the list of interfaces; 0 by default. */
	readonly interface?: number | undefined;
	/** pcapng only. */
	readonly comments?: readonly string[] | undefined;
}

export const ethernet = 1;

/** Length on the wire, when frame and length can be written. */
export function checkedLength({ data, originalLength = data.length }: CaptureFrameInit, path: string): number {
	if (data.length > maxFrameLength) {
		throw new EncodeError(
			'frame-too-long',
			`${path} has ${data.length} bytes; readers take at most ${maxFrameLength}`,
			{
				path,
			},
		);
	}
	if (!Number.isInteger(originalLength) || originalLength < data.length || originalLength > 0xffff_ffff) {
		const text = `${path}.originalLength must be a whole number from ${data.length}, the bytes that are there, to 4294967295`;
		throw new EncodeError('out-of-range', text, { path: `${path}.originalLength` });
	}
	return originalLength;
}

/** The number of a link type, when it can be written. */
export function checkedLinkType(linkType: number, path: string): number {
	if (Number.isInteger(linkType) && linkType >= 0 && linkType <= 0xffff) return linkType;
	throw new EncodeError('out-of-range', `${path} must be a whole number from 0 to 65535`, { path });
}

export function noTime(path: string, why: string): EncodeError {
	return new EncodeError('no-time', `${path} has no time, ${why}`, { path: `${path}.time` });
}
