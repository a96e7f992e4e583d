import { formatIpv6, parseIpv6 } from '../wire/ipv6.ts';
import { Reader } from '../wire/reader.ts';
import { inRange, Writer } from '../wire/writer.ts';
import { ipv4ListKind, wholeReader } from './basic-kinds.ts';
import type { OptionKind } from './option-kinds.ts';

/** Option 159 (RFC 7618): which ports of a shared address are the client's. */
export interface PortParameters {
	/** Bits before the port set number, 0 to 15. */
	readonly offset: number;
	/** Bits of the port set number, 0 to 16. */
	readonly psidLength: number;
	/** The port set number, left-aligned in 16 bits. */
	readonly psid: number;
}

/** Option 212 (RFC 5969 section 7.1.1): IPv6 rapid deployment. */
export interface SixRd {
	/** Leading bits that all IPv4 addresses of the domain have in common, 0 to 32. */
	readonly ipv4MaskLength: number;
	/** 0 to 128. */
	readonly prefixLength: number;
	/** IPv6. */
	readonly prefix: string;
	/** Border relays, IPv4. */
	readonly borderRelays: readonly string[];
}

export const portParametersKind: OptionKind<PortParameters> = {
	fixedLength: 4,
	decode(bytes, path) {
		const reader = wholeReader(bytes, 4, path);
		return { offset: reader.u8(path), psidLength: reader.u8(path), psid: reader.u16(path) };
	},
	encode: ({ offset, psidLength, psid }, path) =>
		new Writer()
			.u8(inRange(offset, 15, `${path}.offset`), path)
			.u8(inRange(psidLength, 16, `${path}.psidLength`), path)
			.u16(psid, `${path}.psid`)
			.finish(),
};

export const sixRdKind: OptionKind<SixRd> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		return {
			ipv4MaskLength: reader.u8(path),
			prefixLength: reader.u8(path),
			prefix: formatIpv6(reader.take(16, path)),
			borderRelays: ipv4ListKind.decode(reader.rest(), `${path}.borderRelays`),
		};
	},
	encode: ({ ipv4MaskLength, prefixLength, prefix, borderRelays }, path) =>
		new Writer()
			.u8(inRange(ipv4MaskLength, 32, `${path}.ipv4MaskLength`), path)
			.u8(inRange(prefixLength, 128, `${path}.prefixLength`), path)
			.raw(parseIpv6(prefix, `${path}.prefix`))
			.raw(ipv4ListKind.encode(borderRelays, `${path}.borderRelays`))
			.finish(),
};
