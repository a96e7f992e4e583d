/** Types of blocks and codes of options, draft-ietf-opsawg-pcapng sections 4 and 3.5. */
export const blockType = {
	sectionHeader: 0x0a0d0d0a,
	interfaceDescription: 1,
	/** Obsolete, and still found. */
	packet: 2,
	simplePacket: 3,
	enhancedPacket: 6,
	systemdJournal: 9,
	custom: 0xbad,
	customNotToCopy: 0x4000_0bad,
} as const;

/** Blocks that Wireshark numbers as it numbers frames. */
export const numberedBlocks: ReadonlySet<number> = new Set([
	blockType.packet,
	blockType.simplePacket,
	blockType.enhancedPacket,
	blockType.systemdJournal,
	blockType.custom,
	blockType.customNotToCopy,
]);

export const byteOrderMagic = 0x1a2b3c4d;

export const optionCode = {
	end: 0,
	comment: 1,
	interfaceName: 2,
	interfaceDescription: 3,
	timestampResolution: 9,
	checkSequenceLength: 13,
	timestampOffset: 14,
	packetFlags: 2,
} as const;

/** Blocks and option values are padded to four bytes. */
export function padded(length: number): number {
	return Math.ceil(length / 4) * 4;
}
