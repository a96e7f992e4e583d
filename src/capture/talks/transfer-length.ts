import type { TftpTransfer } from './transfer.ts';

/** Bytes of a file that came whole, with those of blocks that the capture does not have; of others, what came. */
export function transferLength({ outcome, bytes, missingBlocks, blockSize }: TftpTransfer): number {
	return outcome === 'complete' ? bytes + missingBlocks * blockSize : bytes;
}
