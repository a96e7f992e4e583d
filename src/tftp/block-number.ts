/**
 * What follows block 65535: 0, as nearly all programs have it (no RFC says), or 1.
 */
export type BlockRollover = 0 | 1;

/**
 * The 16-bit number on the wire of the `index`-th block; block 1 is the first, index 0 stands for the request.
 *
 * @internal
 */
export function blockNumber(index: number, rollover: BlockRollover): number {
	return rollover === 0 || index === 0 ? index % 0x1_0000 : ((index - 1) % 0xffff) + 1;
}

/**
 * The index of a block from its number on the wire: the one nearest to `near`.
 *
 * @internal
 */
export function blockIndex(number: number, near: number, rollover: BlockRollover): number {
	const period = rollover === 0 ? 0x1_0000 : 0xffff;
	// With numbers that roll over to 1, there is no 0 but that of the request itself.
	if (rollover === 1 && number === 0) return 0;
	const index = near + mod(number - blockNumber(near, rollover), period);
	return index - near > period / 2 ? index - period : index;
}

function mod(value: number, period: number): number {
	return ((value % period) + period) % period;
}
