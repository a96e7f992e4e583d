import { EncodeError } from './errors.ts';

/** Sixteen bytes as an IPv6 address in the form of RFC 5952: lower case, the longest run of zero groups as `::`. */
export function formatIpv6(bytes: Uint8Array): string {
	const groups = Array.from({ length: 8 }, (_, i) =>
		(((bytes[2 * i] as number) << 8) | (bytes[2 * i + 1] as number)).toString(16),
	);
	let start = -1;
	let length = 1;
	for (let i = 0; i < 8; i++) {
		const stop = groups.findIndex((group, at) => at >= i && group !== '0');
		const run = (stop < 0 ? 8 : stop) - i;
		if (run > length) [start, length] = [i, run];
	}
	if (start < 0) return groups.join(':');
	return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

/**
 * The sixteen bytes of an IPv6 address in text form, without a zone and without dotted numbers.
 *
 * @throws an {@link EncodeError} `bad-ipv6`
 */
export function parseIpv6(text: string, path?: string): Uint8Array<ArrayBuffer> {
	const halves = typeof text === 'string' ? text.split('::') : [];
	const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
	const missing = 8 - head.length - tail.length;
	const right = halves.length === 2 ? missing >= 1 : halves.length === 1 && missing === 0;
	if (!right || ![...head, ...tail].every((group) => /^[0-9a-f]{1,4}$/i.test(group))) {
		throw new EncodeError('bad-ipv6', `not an IPv6 address: ${JSON.stringify(text)}`, { path });
	}
	const groups = [...head, ...Array<string>(missing).fill('0'), ...tail].map((group) => Number.parseInt(group, 16));
	return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}
