/**
 * The ones' complement sum of 16-bit words that IP, UDP, TCP and ICMP use (RFC 1071), of a part of the bytes; an odd last byte counts
 * as the high half of a word.
 *
 * @param sum of what goes before; 0 by default
 * @returns the sum, folded to 16 bits and not inverted: over data that holds its own checksum 0xffff
 * @internal
 */
export function internetSum(bytes: Uint8Array, start: number, end: number, sum = 0): number {
	let total = sum;
	let at = start;
	for (; at + 1 < end; at += 2) total += ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
	if (at < end) total += (bytes[at] as number) << 8;
	return foldSum(total);
}

/** A sum with its carries added in, so that it fits 16 bits. @internal */
export function foldSum(sum: number): number {
	let folded = sum;
	while (folded > 0xffff) folded = (folded % 0x1_0000) + Math.floor(folded / 0x1_0000);
	return folded;
}
