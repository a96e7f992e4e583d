import { concatBytes } from '../../wire/bytes.ts';
import { EncodeError } from '../../wire/errors.ts';
import { encodeUtf8 } from '../../wire/text.ts';
import { inRange } from '../../wire/writer.ts';
import { blockType, byteOrderMagic, optionCode, padded } from './pcapng-format.ts';
import { type CaptureFrameInit, checkedLength, checkedLinkType, ethernet, noTime } from './write-frames.ts';

/** An interface to write. Every {@link CaptureInterface} is one. */
export interface CaptureInterfaceInit {
	/** 1 (Ethernet) by default. */
	readonly linkType?: number | undefined;
	/** Most bytes kept of a frame; 0 = no limit, the default. */
	readonly snapLength?: number | undefined;
	readonly name?: string | undefined;
	readonly description?: string | undefined;
	readonly comments?: readonly string[] | undefined;
}

/** What to write into a pcapng file. Every {@link CaptureFile} is that. */
export interface PcapngInit {
	readonly frames: Iterable<CaptureFrameInit>;
	/** By default one, with the link type of the first frame. */
	readonly interfaces?: readonly CaptureInterfaceInit[] | undefined;
	/** On the file as a whole. */
	readonly comments?: readonly string[] | undefined;
}

/**
 * Writes a pcapng file of one section, in little-endian order. Times are written in nanoseconds, whatever the resolution that they were
 * read with. A frame without a time becomes a Simple Packet Block, which is possible for frames of the first interface without
 * comments, of which all is there up to the interface's `snapLength`.
 *
 * @throws an {@link EncodeError} `unknown-interface` for a frame of an interface that is not in the list; `mixed-link-types` for one
 *   with a link type that its interface does not have; `no-time` for one without a time that needs one; `out-of-range` for a time before
 *   1970 or after 2554; `frame-too-long` for more than 262,144 bytes; `text-too-long` for a name or comment of more than 65,535
 *
 * @example
 * ```ts
 * import { readCapture, writePcapng } from 'pxekit/capture';
 *
 * const bytes = writePcapng({
 *   comments: ['boot of rack 7'],
 *   interfaces: [{ name: 'eth0' }],
 *   frames: [{ time: 1_700_000_000_123_456_789n, data: new Uint8Array(60), comments: ['the first DISCOVER'] }],
 * });
 * const { comments, interfaces, frames } = readCapture(bytes);
 * comments; // => ['boot of rack 7']
 * interfaces[0]?.name; // => 'eth0'
 * frames[0]?.comments; // => ['the first DISCOVER']
 * frames[0]?.time; // => 1_700_000_000_123_456_789n
 * ```
 */
export function writePcapng({ frames, interfaces, comments }: PcapngInit): Uint8Array<ArrayBuffer> {
	const list = [...frames];
	const described = interfaces ?? [{ linkType: list[0]?.linkType }];
	return concatBytes([
		sectionHeader(comments),
		...described.map((one, i) => interfaceBlock(one, `interfaces[${i}]`)),
		...list.map((frame, i) => frameBlock(frame, described, `frames[${i}]`)),
	]);
}

/** @internal The start of a file that is written while it is captured. */
export function sectionHeader(comments: readonly string[] = []): Uint8Array<ArrayBuffer> {
	// Version 1.0, and a section of a length that is not told.
	const fixed = words([byteOrderMagic, 0x0000_0001, 0xffff_ffff, 0xffff_ffff]);
	return block(blockType.sectionHeader, [fixed, ...optionList(commentOptions(comments, 'comments'))]);
}

/** @internal */
export function interfaceBlock(init: CaptureInterfaceInit, path: string): Uint8Array<ArrayBuffer> {
	const linkType = checkedLinkType(init.linkType ?? ethernet, `${path}.linkType`);
	const snapLength = inRange(init.snapLength ?? 0, 0xffff_ffff, `${path}.snapLength`);
	const options = [
		...commentOptions(init.comments, `${path}.comments`),
		...textOption(optionCode.interfaceName, init.name, `${path}.name`),
		...textOption(optionCode.interfaceDescription, init.description, `${path}.description`),
		// 10^-9 seconds.
		option(optionCode.timestampResolution, Uint8Array.of(9)),
	];
	return block(blockType.interfaceDescription, [words([linkType, snapLength]), ...optionList(options)]);
}

/** @internal */
export function frameBlock(
	frame: CaptureFrameInit,
	interfaces: readonly CaptureInterfaceInit[],
	path: string,
): Uint8Array<ArrayBuffer> {
	const { time, data, interface: number = 0, comments = [] } = frame;
	const from = interfaces[number];
	if (from === undefined) {
		throw new EncodeError(
			'unknown-interface',
			`${path} is of interface ${number}, of which there are ${interfaces.length}`,
			{
				path: `${path}.interface`,
			},
		);
	}
	const linkType = from.linkType ?? ethernet;
	if (frame.linkType !== undefined && frame.linkType !== linkType) {
		const text = `${path} has link type ${frame.linkType}, its interface ${linkType}; give it an interface of its own`;
		throw new EncodeError('mixed-link-types', text, { path });
	}
	const originalLength = checkedLength(frame, path);
	if (time === undefined) {
		const kept = Math.min(originalLength, from.snapLength || originalLength);
		if (number !== 0 || comments.length > 0 || data.length !== kept) {
			throw noTime(path, 'which only a frame of the first interface can do without, whole and without comments');
		}
		return block(blockType.simplePacket, [words([originalLength]), data]);
	}
	if (time < 0n || time > 0xffff_ffff_ffff_ffffn) {
		throw new EncodeError(
			'out-of-range',
			`${path}.time is before 1970 or after 2554, which pcapng can't say in nanoseconds`,
			{
				path: `${path}.time`,
			},
		);
	}
	const fixed = words([number, Number(time >> 32n), Number(time & 0xffff_ffffn), data.length, originalLength]);
	const options = optionList(commentOptions(comments, `${path}.comments`));
	return block(blockType.enhancedPacket, [fixed, data, ...options]);
}

function words(values: readonly number[]): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(4 * values.length);
	const view = new DataView(bytes.buffer);
	values.forEach((value, i) => {
		view.setUint32(4 * i, value, true);
	});
	return bytes;
}

/** Each part is padded; the length stands before and behind them. */
function block(type: number, parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const length = parts.reduce((sum, part) => sum + padded(part.length), 12);
	const bytes = new Uint8Array(length);
	bytes.set(words([type, length]));
	let at = 8;
	for (const part of parts) {
		bytes.set(part, at);
		at += padded(part.length);
	}
	bytes.set(words([length]), at);
	return bytes;
}

function option(code: number, value: Uint8Array): Uint8Array {
	return concatBytes([words([code | (value.length << 16)]), value]);
}

/** With the end that a list must have, and none where there are no options. */
function optionList(options: readonly Uint8Array[]): readonly Uint8Array[] {
	return options.length > 0 ? [...options, words([optionCode.end])] : [];
}

function textOption(code: number, text: string | undefined, path: string): Uint8Array[] {
	if (text === undefined) return [];
	const value = encodeUtf8(text, path);
	if (value.length > 0xffff) {
		throw new EncodeError('text-too-long', `${path} has ${value.length} bytes; an option holds 65535`, { path });
	}
	return [option(code, value)];
}

function commentOptions(comments: readonly string[] = [], path: string): Uint8Array[] {
	return comments.flatMap((text, i) => textOption(optionCode.comment, text, `${path}[${i}]`));
}
