import type { DhcpOptionsInit } from '../dhcp/index.ts';
import { EncodeError } from '../wire/errors.ts';
import { parseIpv4 } from '../wire/ipv4.ts';

/** Addresses from one to another, both included. */
export interface AddressRange {
	readonly from: string;
	readonly to: string;
}

/** A network whose clients are served. */
export interface DhcpNetwork {
	/** Address and prefix length: `'10.0.0.0/24'`. */
	readonly subnet: string;
	/** Addresses to give to whoever asks. Without any, clients with a reservation are served alone. */
	readonly pool?: readonly AddressRange[] | undefined;
	/** Longest lease in seconds, and the one that clients get unless they ask for less. Default 3600. */
	readonly leaseSeconds?: number | undefined;
	/** Options for every client: `router`, `domainNameServer`, … The subnet mask follows from `subnet`. */
	readonly options?: DhcpOptionsInit | undefined;
}

/** A network ready for use. @internal */
export interface Subnet {
	/** As `10.0.0.0/24`, whatever address the caller wrote before the slash. */
	readonly name: string;
	readonly mask: string;
	readonly leaseSeconds: number;
	readonly options: DhcpOptionsInit;
	contains(address: string): boolean;
	/** Whether the pool has the address. */
	pools(address: string): boolean;
	/** Every address of the pool, from a place on that depends on `seed` alone. */
	candidates(seed: string): Iterable<string>;
}

/** Bounds the memory of a network, and the time that a DISCOVER takes when every address is in use. */
const largestPool = 16_384;
/** 4294967295 would mean for ever (RFC 2131 section 3.3), and an address that never comes back. */
const longestLease = 0xffff_fffe;

/** An IPv4 address as a number. */
function numberOf(address: string, path?: string): number {
	return new DataView(parseIpv4(address, path).buffer).getUint32(0);
}

/** Without an array between: a DISCOVER may have to go through a whole pool. */
function addressOf(number: number): string {
	return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

function refuse(path: string, message: string): never {
	throw new EncodeError('bad-network', `${path}: ${message}`, { path });
}

/** Spreads clients over the pool, and gives a client the same address again when nothing was kept (FNV-1a). */
function hash(text: string): number {
	let value = 0x811c_9dc5;
	for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x0100_0193) >>> 0;
	return value;
}

/** @internal */
export function subnetOf({ subnet, pool = [], leaseSeconds = 3600, options = {} }: DhcpNetwork, path: string): Subnet {
	const [, address, width] = /^([\d.]+)\/(\d{1,2})$/.exec(subnet) ?? [];
	if (address === undefined || Number(width) > 30) {
		refuse(`${path}.subnet`, `must look like 10.0.0.0/24, with a prefix of at most 30: ${JSON.stringify(subnet)}`);
	}
	if (!Number.isInteger(leaseSeconds) || leaseSeconds < 1 || leaseSeconds > longestLease) {
		refuse(`${path}.leaseSeconds`, `must be 1 to ${longestLease} seconds, not ${leaseSeconds}`);
	}
	const size = 2 ** (32 - Number(width));
	const first = Math.floor(numberOf(address, `${path}.subnet`) / size) * size;
	const ranges = pool.map(({ from, to }, i) => {
		const range = { from: numberOf(from, `${path}.pool[${i}].from`), to: numberOf(to, `${path}.pool[${i}].to`) };
		// Neither the network's own address nor its broadcast address can be a host's.
		const inside = range.from > first && range.to < first + size - 1;
		if (!inside || range.from > range.to) {
			refuse(`${path}.pool[${i}]`, `${from} to ${to} is no range of host addresses in ${subnet}`);
		}
		return range;
	});
	const total = ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
	if (total > largestPool)
		refuse(`${path}.pool`, `${total} addresses are more than the ${largestPool} that one pool may have`);

	return {
		name: `${addressOf(first)}/${width}`,
		mask: addressOf(2 ** 32 - size),
		leaseSeconds,
		options,
		contains: (text) => Math.floor(numberOf(text) / size) * size === first,
		pools(text) {
			const number = numberOf(text);
			return ranges.some(({ from, to }) => number >= from && number <= to);
		},
		*candidates(seed) {
			const start = total > 0 ? hash(seed) % total : 0;
			for (let i = 0; i < total; i++) {
				let index = (start + i) % total;
				for (const { from, to } of ranges) {
					if (index <= to - from) {
						yield addressOf(from + index);
						break;
					}
					index -= to - from + 1;
				}
			}
		},
	};
}
