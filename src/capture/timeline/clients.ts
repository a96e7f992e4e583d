import type { DhcpPacket } from '../../dhcp/index.ts';
import { formatHex } from '../../wire/hex.ts';

/** Which client an address belonged to, at a frame. */
interface Tenancy {
	readonly from: number;
	readonly client: string;
}

const maxHosts = 10_000;
const maxTenancies = 1000;

export interface AddressBook {
	/** A server gave the address to a client, or the client uses it. */
	give(address: string, client: string, frame: number): void;
	/** A frame came from this address with this hardware address, which may be a router's. */
	see(address: string, mac: string): void;
	/** The client that had the address then. */
	clientOf(address: string, frame: number): string | undefined;
	/** Hardware address that frames with this source had. */
	macOf(address: string): string | undefined;
	/** Several IPv4 addresses were seen behind it: it may be a router. */
	isShared(mac: string): boolean;
}

/** Who has which address. Bounded: what does not fit is not learnt. */
export function createAddressBook(): AddressBook {
	const tenancies = new Map<string, Tenancy[]>();
	const macs = new Map<string, string>();
	const addressesBehind = new Map<string, number>();
	return {
		give(address, client, from) {
			const list = tenancies.get(address) ?? [];
			if (list.at(-1)?.client === client || list.length >= maxTenancies) return;
			if (list.length === 0 && tenancies.size >= maxHosts) return;
			tenancies.set(address, [...list, { from, client }]);
		},
		see(address, mac) {
			if (macs.has(address) || macs.size >= maxHosts) return;
			macs.set(address, mac);
			if (!address.includes(':')) addressesBehind.set(mac, (addressesBehind.get(mac) ?? 0) + 1);
		},
		clientOf(address, frame) {
			const list = tenancies.get(address);
			return (list?.findLast(({ from }) => from <= frame) ?? list?.[0])?.client;
		},
		macOf: (address) => macs.get(address),
		isShared: (mac) => (addressesBehind.get(mac) ?? 0) > 1,
	};
}

const noHardware = /^(?:00:)*(?:00)?$/;

/** What tells clients apart: chaddr; without one, as on InfiniBand (RFC 4390), option 61, and at last the UUID. */
export function clientKey(packet: DhcpPacket): string {
	if (!noHardware.test(packet.mac)) return packet.mac;
	const identifier = packet.options.bytes('clientIdentifier') ?? packet.options.bytes('clientMachineIdentifier');
	return identifier ? `id ${formatHex(identifier)}` : 'unknown';
}

/** The same from the first bytes of a packet that was cut or is too short. */
export function clientKeyOfBytes(bytes: Uint8Array): string | undefined {
	const hlen = bytes[2];
	if (hlen !== 6 || bytes.length < 34) return undefined;
	const mac = formatHex(bytes.subarray(28, 34), ':');
	return noHardware.test(mac) ? undefined : mac;
}

/** `''` for a client that has shown none. */
export function macOfKey(key: string): string {
	return /^[0-9a-f]{2}(?::[0-9a-f]{2})+$/.test(key) ? key : '';
}
