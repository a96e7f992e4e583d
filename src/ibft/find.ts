import { acpiHeaderLength } from './acpi.ts';

/** Signatures of the tables that this room reads. */
export type BootTableSignature = 'iBFT' | 'IBFT' | 'BIFT' | 'aBFT' | 'sBFT' | 'NBFT';

/** A piece of a machine's memory. */
export interface MemoryRegion {
	/** Physical address of the first byte. */
	readonly address: number;
	readonly bytes: Uint8Array;
}

/** A table found in memory. */
export interface FoundBootTable {
	readonly signature: BootTableSignature;
	/** Physical address. */
	readonly address: number;
	/** The table. Shares the region's memory. */
	readonly bytes: Uint8Array;
}

/** Where {@link findBootTables} looks. */
export interface FindBootTablesOptions {
	/**
	 * Tables are looked for at multiples of this address; 16 by default, as readers do in a BIOS's memory. ACPI tables may
	 * stand anywhere: give 1 for the memory of a UEFI machine.
	 */
	readonly step?: number | undefined;
}

/** Memory of the VGA card: reading it does no good, and Linux skips it (iscsi_ibft_find.c). */
const vgaStart = 0xa_0000;
const vgaEnd = 0xc_0000;

const signatures: ReadonlyMap<string, BootTableSignature> = new Map(
	(['iBFT', 'IBFT', 'BIFT', 'aBFT', 'sBFT', 'NBFT'] as const).map((signature) => [signature, signature]),
);
const firstBytes: ReadonlySet<number> = new Set([...signatures.keys()].map((signature) => signature.charCodeAt(0)));

/**
 * Finds the boot tables in a memory dump: by signature, a length that fits, and a checksum of 0. Firmware code holds the
 * signatures, too; the checksum tells them apart.
 *
 * @param memory a dump from address 0 on, or regions with their addresses
 * @example
 * ```ts
 * import { encodeAbft, findBootTables } from 'pxekit/ibft';
 *
 * const memory = new Uint8Array(0x10_0000);
 * memory.set(encodeAbft({ major: 7, minor: 3, mac: '52:54:00:12:34:56' }), 0x9_e620);
 * findBootTables(memory).map(({ signature, address }) => `${signature} at ${address.toString(16)}`); // => ['aBFT at 9e620']
 * ```
 */
export function findBootTables(
	memory: Uint8Array | Iterable<MemoryRegion>,
	{ step = 16 }: FindBootTablesOptions = {},
): FoundBootTable[] {
	const regions = memory instanceof Uint8Array ? [{ address: 0, bytes: memory }] : memory;
	const found: FoundBootTable[] = [];
	for (const region of regions) scan(region, Math.max(1, Math.floor(step)), found);
	return found;
}

function scan({ address, bytes }: MemoryRegion, step: number, found: FoundBootTable[]): void {
	let sums: Uint8Array | undefined;
	const last = bytes.length - acpiHeaderLength;
	for (let at = (step - (address % step)) % step; at <= last; at += step) {
		if (!firstBytes.has(bytes[at] as number)) continue;
		if (address + at >= vgaStart && address + at < vgaEnd) continue;
		const signature = signatures.get(String.fromCharCode(...bytes.subarray(at, at + 4)));
		if (!signature) continue;
		const length = lengthAt(bytes, at);
		if (length < acpiHeaderLength || length > bytes.length - at) continue;
		// Running sums keep the work linear, however many signatures with large lengths stand there.
		sums ??= runningSums(bytes);
		if (sums[at] === sums[at + length]) {
			found.push({ signature, address: address + at, bytes: bytes.subarray(at, at + length) });
		}
	}
}

function lengthAt(bytes: Uint8Array, at: number): number {
	return new DataView(bytes.buffer, bytes.byteOffset + at, 8).getUint32(4, true);
}

/** `sums[n]` is the sum of the first n bytes, modulo 256. */
function runningSums(bytes: Uint8Array): Uint8Array {
	const sums = new Uint8Array(bytes.length + 1);
	for (let at = 0; at < bytes.length; at++) sums[at + 1] = (sums[at] as number) + (bytes[at] as number);
	return sums;
}
