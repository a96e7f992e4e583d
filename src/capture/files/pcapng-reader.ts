import { DecodeError } from '../../wire/errors.ts';
import type { CaptureFrame } from './capture-file.ts';
import { addInterface, type CaptureNotes, keptText, note } from './capture-notes.ts';
import { type FileWindow, type FrameReader, has, stop } from './file-window.ts';
import { blockType, byteOrderMagic, numberedBlocks, optionCode, padded } from './pcapng-format.ts';
import { readInterface } from './pcapng-interface.ts';
import { readOptions } from './pcapng-options.ts';
import { type PcapngSection, readPacket } from './pcapng-packet.ts';

/** Of a block that must be seen whole; Wireshark (MAX_BLOCK_SIZE) takes a longer one for a damaged file. */
const maxBlockLength = 16 * 1024 * 1024;
const smallestBlock = 12;

/** Bytes of a block before its options. */
const fixedLength = { sectionHeader: 24, interfaceDescription: 16 };

const packetBlocks: ReadonlySet<number> = new Set([blockType.packet, blockType.simplePacket, blockType.enhancedPacket]);

/** Whether the section that begins here is little-endian; `undefined` when it is no section. */
function sectionOrder({ view, at }: FileWindow): boolean | undefined {
	if (view.getUint32(at + 8, true) === byteOrderMagic) return true;
	return view.getUint32(at + 8, false) === byteOrderMagic ? false : undefined;
}

/** Reads a pcapng file, whose first section header `file` is at. */
export function openPcapng(file: FileWindow, notes: CaptureNotes): FrameReader {
	const { bytes, view } = file;
	if (bytes.length < fixedLength.sectionHeader + 4) {
		const text = `a pcapng section header has at least 28 bytes, here are ${bytes.length}`;
		throw new DecodeError('too-short', text, { offset: bytes.length });
	}
	const order = sectionOrder(file);
	if (order === undefined) {
		throw new DecodeError('not-a-capture', 'it begins like pcapng, but has no byte-order magic', { offset: 8 });
	}
	const major = view.getUint16(12, order);
	if (major !== 1) throw new DecodeError('unsupported-version', `pcapng version ${major}; 1 is known`, { offset: 12 });

	let section: PcapngSection = { littleEndian: order, interfaces: [] };

	/** Says why nothing more can be read, and ends reading. */
	function damaged(file: FileWindow, code: string, message: string): undefined {
		note(notes, code, file.base + file.at, `${message}; reading ends here`);
		return stop(file);
	}

	/** The block that `file` is at, whole unless cut: a frame, or `undefined` for all that is none. */
	function readBlock(file: FileWindow, type: number, end: number, cut: boolean): CaptureFrame | undefined {
		if (packetBlocks.has(type)) return readPacket(file, type, end, cut, section, notes);
		const { at } = file;
		const isSection = type === blockType.sectionHeader;
		const options = at + (isSection ? fixedLength.sectionHeader : fixedLength.interfaceDescription);
		if (options > end) {
			if (cut) return stop(file);
			return damaged(file, 'block-length', `a block of type ${type} is too short`);
		}
		if (isSection) return readSection(file, options, end);
		const list = readOptions(file, options, end, section.littleEndian, notes);
		const [described, read] = readInterface(file, list, section.littleEndian, notes);
		if (!addInterface(notes, described, file.base + at)) return stop(file);
		section.interfaces.push(read);
		return undefined;
	}

	function readSection(file: FileWindow, options: number, end: number): undefined {
		const littleEndian = sectionOrder(file) as boolean;
		const major = file.view.getUint16(file.at + 12, littleEndian);
		if (major !== 1) return damaged(file, 'unsupported-version', `a section of pcapng version ${major}`);
		section = { littleEndian, interfaces: [] };
		for (const { code, bytes, at } of readOptions(file, options, end, littleEndian, notes)) {
			if (code !== optionCode.comment) continue;
			const text = keptText(notes, bytes, file.base + at);
			if (text !== undefined) notes.comments.push(text);
		}
	}

	return {
		next(file) {
			for (;;) {
				const { view, bytes, at, base } = file;
				// The type of a section header reads the same in both orders, since the order can change with it.
				if (!has(file, 8) || (view.getUint32(at) === blockType.sectionHeader && !has(file, smallestBlock))) {
					if (file.last && at !== bytes.length) notes.truncated = true;
					return undefined;
				}
				const isSection = view.getUint32(at) === blockType.sectionHeader;
				const littleEndian = isSection ? sectionOrder(file) : section.littleEndian;
				if (littleEndian === undefined) return damaged(file, 'byte-order', 'a section without a byte-order magic');
				const type = view.getUint32(at, littleEndian);
				const length = view.getUint32(at + 4, littleEndian);
				if (length < smallestBlock) {
					return damaged(file, 'block-length', `a block of ${length} bytes, where the smallest has ${smallestBlock}`);
				}
				if (!isSection && type !== blockType.interfaceDescription && !packetBlocks.has(type)) {
					if (numberedBlocks.has(type)) notes.records++;
					file.at += padded(length);
					continue;
				}
				if (length > maxBlockLength) return damaged(file, 'block-length', `a block of ${length} bytes`);
				const cut = !has(file, length);
				if (cut && !file.last) return undefined;
				if (cut) notes.truncated = true;
				else if (view.getUint32(at + length - 4, littleEndian) !== length) {
					const text = 'the length at the end of a block is not that at its start';
					note(notes, 'block-trailer', base + at, text);
				}
				const frame = readBlock(file, type, cut ? bytes.length : at + length - 4, cut);
				if (file.needed === Number.POSITIVE_INFINITY) return undefined;
				file.at = cut ? bytes.length : at + padded(length);
				if (frame !== undefined) return frame;
			}
		},
	};
}
