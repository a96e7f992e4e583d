const nanosecondsPerSecond = 1_000_000_000n;
const word = 0x1_0000_0000;

/** One BigInt from two halves, without the BigInts that shifting and adding would make on the way. */
const halves = new DataView(new ArrayBuffer(8));

function join(high: number, low: number): bigint {
	halves.setUint32(0, high);
	halves.setUint32(4, low);
	return halves.getBigUint64(0);
}

/** Both unsigned, of 32 bits; the fraction in nanoseconds may be more than a second, as in files that are wrong there. */
export function timeOfSeconds(seconds: number, nanoseconds: number): bigint {
	// 10^9 = 5^9 * 2^9: seconds * 5^9 is below 2^53 and so exact, and the factor 2^9 is a matter of where its bits stand. The remainders
	// are taken by subtraction: `%` on numbers over 32 bits is the slowest thing in reading a file.
	const scaled = seconds * 1_953_125;
	const scaledHigh = Math.floor(scaled / 0x80_0000);
	return joinCarrying(scaledHigh, (scaled - scaledHigh * 0x80_0000) * 512 + nanoseconds);
}

/** The low half may be more than 32 bits. */
function joinCarrying(high: number, low: number): bigint {
	const carried = Math.floor(low / word);
	return join(high + carried, low - carried * word);
}

/** Turns the two halves of a pcapng time stamp into nanoseconds since 1970. */
export type TicksToTime = (high: number, low: number) => bigint;

/** For time stamps that count in parts of a second, with seconds to add. */
export function ticksToTime(ticksPerSecond: bigint, offset: bigint): TicksToTime {
	const exact: TicksToTime = (high, low) =>
		(join(high, low) * nanosecondsPerSecond) / ticksPerSecond + offset * nanosecondsPerSecond;
	if (offset !== 0n) return exact;
	if (ticksPerSecond === nanosecondsPerSecond) return join;
	if (ticksPerSecond === 1_000_000n) {
		return (high, low) => {
			// A product whose high half can't overflow, whatever is carried into it.
			return high < 4_294_967 ? joinCarrying(high * 1000, low * 1000) : exact(high, low);
		};
	}
	return exact;
}

/** The option if_tsresol: with its top bit 2^-n, without it 10^-n. */
export function ticksPerSecondOf(resolution: number): bigint {
	return resolution & 0x80 ? 2n ** BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
}
