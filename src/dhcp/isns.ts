import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';
import { ipv4ListKind } from './basic-kinds.ts';
import type { OptionKind } from './option-kinds.ts';

/** Option 83: servers of the Internet Storage Name Service. Bits as RFC 4174 section 2 numbers them. */
export interface Isns {
	/** 16 bits. */
	readonly functions: number;
	/** 16 bits. */
	readonly discoveryDomainAccess: number;
	/** 16 bits. */
	readonly administrativeFlags: number;
	/** 32 bits. */
	readonly securityBitmap: number;
	/** The primary server, or who sends its heartbeat, first. */
	readonly addresses: readonly string[];
}

export const isnsKind: OptionKind<Isns> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		return {
			functions: reader.u16(path),
			discoveryDomainAccess: reader.u16(path),
			administrativeFlags: reader.u16(path),
			securityBitmap: reader.u32(path),
			addresses: ipv4ListKind.decode(reader.rest(), `${path}.addresses`),
		};
	},
	encode: ({ functions, discoveryDomainAccess, administrativeFlags, securityBitmap, addresses }, path) =>
		new Writer()
			.u16(functions, `${path}.functions`)
			.u16(discoveryDomainAccess, `${path}.discoveryDomainAccess`)
			.u16(administrativeFlags, `${path}.administrativeFlags`)
			.u32(securityBitmap, `${path}.securityBitmap`)
			.raw(ipv4ListKind.encode(addresses, `${path}.addresses`))
			.finish(),
};
