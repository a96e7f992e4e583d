import type { DhcpOptionsInit, DhcpPacket } from '../dhcp/index.ts';
import { EncodeError } from '../wire/errors.ts';
import { formatHex } from '../wire/hex.ts';
import { parseIpv4 } from '../wire/ipv4.ts';
import { formatMac, parseMac } from '../wire/mac.ts';
import { formatUuid, parseUuid } from '../wire/uuid.ts';

/** An address that one client gets, and nobody else. Exactly one of `mac`, `uuid` and `clientIdentifier` says who. */
export interface DhcpReservation {
	/** In one of the networks, in its pool or not. */
	readonly address: string;
	readonly mac?: string | undefined;
	/**
	 * The machine's UUID (option 97), as its firmware or U-Boot shows it. Operating systems do not send it. Of two
	 * machines with the same UUID only the first to come gets the address.
	 */
	readonly uuid?: string | undefined;
	/** Option 61 whole, its type byte included. */
	readonly clientIdentifier?: Uint8Array | undefined;
	/** Options for this client in that network; they go before those of the network. */
	readonly options?: DhcpOptionsInit | undefined;
}

/** Who asks. @internal */
export interface DhcpIdentity {
	/** What leases are kept under. */
	readonly key: string;
	readonly reservation: DhcpReservation | undefined;
}

/** Finds out who asks, and what is kept for it. @internal */
export interface Identities {
	/**
	 * `undefined` when the packet has neither a client identifier nor a hardware address. Of several reservations that
	 * match, the first in the client's network counts.
	 */
	identify(request: DhcpPacket, isOfNetwork: (address: string) => boolean): DhcpIdentity | undefined;
	/** The reservation of an address. */
	reservationOf(address: string): DhcpReservation | undefined;
}

type Matcher = (request: DhcpPacket) => boolean;

function matcherOf({ mac, uuid, clientIdentifier }: DhcpReservation, path: string): Matcher {
	const given = [mac, uuid, clientIdentifier].filter((value) => value !== undefined);
	if (given.length !== 1) {
		throw new EncodeError('bad-reservation', `${path} needs exactly one of mac, uuid and clientIdentifier`, { path });
	}
	if (mac !== undefined) {
		const wanted = formatMac(parseMac(mac, `${path}.mac`));
		return (request) => request.mac === wanted;
	}
	if (uuid !== undefined) {
		const wanted = formatUuid(parseUuid(uuid, 'be', `${path}.uuid`), 'be');
		return (request) => {
			const machine = request.options.tryGet('clientMachineIdentifier');
			return machine?.type === 0 && (machine.guid === wanted || machine.uuid === wanted);
		};
	}
	const wanted = formatHex(clientIdentifier as Uint8Array);
	return (request) => formatHex(request.options.bytes('clientIdentifier') ?? new Uint8Array(0)) === wanted;
}

/** @internal */
export function identitiesOf(
	reservations: readonly DhcpReservation[],
	{ ignoreClientIdentifier }: { readonly ignoreClientIdentifier: boolean },
): Identities {
	const byAddress = new Map<string, DhcpReservation>();
	const matchers = reservations.map((reservation, i) => {
		const path = `reservations[${i}]`;
		parseIpv4(reservation.address, `${path}.address`);
		if (byAddress.has(reservation.address)) {
			throw new EncodeError('bad-reservation', `${path}: ${reservation.address} is reserved twice`, { path });
		}
		byAddress.set(reservation.address, reservation);
		return { reservation, matches: matcherOf(reservation, path) };
	});

	return {
		identify(request, isOfNetwork) {
			const matching = matchers.filter(({ matches }) => matches(request)).map(({ reservation }) => reservation);
			const reservation = matching.find(({ address }) => isOfNetwork(address)) ?? matching[0];
			const identifier = request.options.bytes('clientIdentifier');
			// RFC 2131 section 4.2: the client identifier if there is one, else the hardware address. A machine reserved by
			// MAC or UUID is one client through all stages of its boot, though each stage may send another identifier.
			const byHardware = ignoreClientIdentifier || (reservation && !reservation.clientIdentifier);
			if (identifier && identifier.length > 1 && !(byHardware && request.mac !== '')) {
				return { key: `identifier ${formatHex(identifier)}`, reservation };
			}
			return request.mac === '' ? undefined : { key: `hardware ${request.htype} ${request.mac}`, reservation };
		},
		reservationOf: (address) => byAddress.get(address),
	};
}
