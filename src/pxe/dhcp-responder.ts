import {
	broadcastFlag,
	DhcpOptions,
	type DhcpPacket,
	encodeDhcp,
	type ReceivedOn,
	relayOf,
	replyDestination,
	replyTo,
} from '../dhcp/index.ts';
import { EncodeError } from '../wire/errors.ts';
import type { BootAnswer, BootFunction } from './boot-answer.ts';
import { type BootPart, bootPart } from './boot-part.ts';
import { assertHost } from './boot-step.ts';
import { encodingFor } from './client-limits.ts';
import type { DhcpAnswer, DhcpReply } from './dhcp-answer.ts';
import { type DhcpNetwork, type Subnet, subnetOf } from './dhcp-network.ts';
import { type BootClient, identifyClient } from './identify-client.ts';
import { createMemoryLeaseStore, type Lease, type LeaseStore } from './lease-store.ts';
import { createProxyDhcp } from './proxy-dhcp.ts';
import { type RequestStage, requestStage } from './request-stage.ts';
import { type DhcpIdentity, type DhcpReservation, identitiesOf } from './reservations.ts';

/** Settings of {@link createDhcpResponder}. */
export interface DhcpResponderOptions {
	/** The address under which clients reach this server: option 54. It is never given away. */
	readonly serverAddress: string;
	/** The server's own network and those behind relays. */
	readonly networks: readonly DhcpNetwork[];
	/** The first that matches a client and is in its network counts. */
	readonly reservations?: readonly DhcpReservation[] | undefined;
	/**
	 * Relays that stand in none of the networks and say with each request which network they mean (RFC 3527). Others
	 * outside the networks are not answered: anybody could have answers sent anywhere.
	 */
	readonly relays?: readonly string[] | undefined;
	/** What network-boot clients are to boot: told with their address, and on port 4011. */
	readonly boot?: BootFunction | undefined;
	/** A memory store of its own by default. */
	readonly store?: LeaseStore | undefined;
	/** How long an offered address is kept for the client. Default 60 seconds. */
	readonly offerSeconds?: number | undefined;
	/** How long an address that a client declined is given to nobody. Default 600 seconds. */
	readonly declineSeconds?: number | undefined;
	/**
	 * Go by the hardware address alone. UEFI, iPXE and the system that they boot each send a client identifier of their
	 * own, and are three clients with three addresses otherwise. Default `false`, as RFC 2131 section 4.2 wants it.
	 */
	readonly ignoreClientIdentifier?: boolean | undefined;
}

/** Gives addresses, and tells network-boot clients what to boot. */
export interface DhcpResponder {
	/**
	 * @param now milliseconds, on the same clock in every call
	 * @throws what `boot` and the store throw, and an {@link EncodeError} when an answer can't go on the wire; nothing
	 *   for any request's sake
	 */
	respond(request: DhcpPacket, received: ReceivedOn, now: number): Promise<DhcpAnswer>;
}

/** Who asks, and what it is told to boot. */
interface Booting {
	readonly client?: BootClient | undefined;
	readonly boot?: BootAnswer | undefined;
	readonly part?: BootPart | undefined;
}

/** Everything about one request that its answer needs. */
interface Exchange {
	readonly request: DhcpPacket;
	readonly received: ReceivedOn;
	readonly stage: RequestStage;
	readonly subnet: Subnet;
	readonly identity: DhcpIdentity;
	readonly now: number;
}

const noAddress = '0.0.0.0';
/** A client may ask for a shorter lease, but not for one that has it ask all the time. */
const shortestLease = 120;

/**
 * Makes a DHCP server for labs: it gives addresses from pools and reservations, and tells network-boot clients in the
 * same answer what to boot. It is pure but for its store: it has no sockets and no clock. `serveDhcp` in `pxekit/node`
 * puts sockets around it.
 *
 * No address is given to two clients, in whatever order messages come, as long as the store keeps its word. It is no
 * replacement for a site's DHCP server: `docs/dhcp-server.md` lists what it leaves out.
 *
 * @throws an `EncodeError`: `bad-ipv4`, `bad-network`, `bad-reservation`
 * @example
 * ```ts
 * import { decodeDhcp, encodeDhcp } from 'pxekit/dhcp';
 * import { createDhcpResponder } from 'pxekit/pxe';
 *
 * const server = createDhcpResponder({
 *   serverAddress: '10.0.0.1',
 *   networks: [{ subnet: '10.0.0.0/24', pool: [{ from: '10.0.0.50', to: '10.0.0.50' }], options: { router: ['10.0.0.1'] } }],
 *   boot: (client) => ({ file: client.architecture.firmware === 'uefi' ? 'ipxe.efi' : 'undionly.kpxe' }),
 * });
 * const discover = decodeDhcp(encodeDhcp({
 *   op: 1, xid: 9, chaddr: '52:54:00:12:34:56',
 *   options: { messageType: 'DISCOVER', vendorClassIdentifier: 'PXEClient:Arch:00007:UNDI:003016', clientArchitecture: [7] },
 * }));
 * const offer = await server.respond(discover, { port: 67 }, Date.now());
 * offer.reply?.yiaddr; // => '10.0.0.50'
 * offer.reply?.file; // => 'ipxe.efi'
 * ```
 */
export function createDhcpResponder({
	serverAddress,
	networks,
	reservations = [],
	relays = [],
	boot,
	store = createMemoryLeaseStore(),
	offerSeconds = 60,
	declineSeconds = 600,
	ignoreClientIdentifier = false,
}: DhcpResponderOptions): DhcpResponder {
	assertHost(serverAddress, 'serverAddress');
	const subnets = networks.map((network, i) => subnetOf(network, `networks[${i}]`));
	subnets.forEach((subnet, i) => {
		const first = subnet.name.split('/')[0] as string;
		const other = subnets.findIndex((each) => each !== subnet && each.contains(first));
		const path = `networks[${i}]`;
		if (other >= 0) throw new EncodeError('bad-network', `${path} and networks[${other}] overlap`, { path });
	});
	const identities = identitiesOf(reservations, { ignoreClientIdentifier });
	reservations.forEach(({ address }, i) => {
		if (address !== serverAddress && subnets.some((subnet) => subnet.contains(address))) return;
		const path = `reservations[${i}].address`;
		throw new EncodeError('bad-reservation', `${path}: ${address} is the server's own, or in none of the networks`, {
			path,
		});
	});
	const bootServer = boot && createProxyDhcp({ serverAddress, boot });

	const isServed = (address: string): boolean => subnets.some((subnet) => subnet.contains(address));
	const isKnownRelay = (address: string): boolean => relays.includes(address) || isServed(address);

	function subnetOfClient(request: DhcpPacket, received: ReceivedOn): Subnet | undefined {
		const relay = relayOf(request);
		const broadcast = received.unicast === false;
		const own = request.ciaddr !== noAddress && !broadcast ? request.ciaddr : serverAddress;
		// RFC 3527 section 3: the link selection stands in for giaddr.
		const address = relay ? (relay.linkSelection ?? relay.address) : own;
		return subnets.find((subnet) => subnet.contains(address));
	}

	/** Answers go to `ciaddr`: one outside the network is a stranger's. (A renewal of such an address gets a NAK, to all.) */
	function sendsElsewhere({ ciaddr }: DhcpPacket, stage: RequestStage, subnet: Subnet): boolean {
		return ciaddr !== noAddress && !subnet.contains(ciaddr) && stage !== 'renewing' && stage !== 'rebinding';
	}

	function reservedFor({ identity: { reservation }, subnet }: Exchange): DhcpReservation | undefined {
		return reservation && subnet.contains(reservation.address) ? reservation : undefined;
	}

	/** Reserved, or the server's own. */
	const isTaken = (address: string): boolean =>
		address === serverAddress || identities.reservationOf(address) !== undefined;

	/** Whether the client may have an address at all, whoever has it now. */
	function mayHave(exchange: Exchange, address: string): boolean {
		const reserved = reservedFor(exchange);
		if (reserved) return reserved.address === address;
		return exchange.subnet.pools(address) && !isTaken(address);
	}

	/** Addresses for a client in the order of RFC 2131 section 4.3.1: its last one, the one it wishes, any. */
	function* addressesFor(exchange: Exchange, last: Lease | undefined): Generator<string> {
		const reserved = reservedFor(exchange);
		if (reserved) {
			yield reserved.address;
			return;
		}
		const wishes = [last?.address, exchange.request.options.tryGet('requestedIpAddress')];
		for (const wish of wishes) if (wish !== undefined && mayHave(exchange, wish)) yield wish;
		for (const address of exchange.subnet.candidates(exchange.identity.key)) if (!isTaken(address)) yield address;
	}

	/** Seconds that the client gets. */
	function leaseSecondsOf({ request, subnet }: Exchange): number {
		const asked = request.options.tryGet('ipAddressLeaseTime') ?? subnet.leaseSeconds;
		return Math.min(subnet.leaseSeconds, Math.max(asked, shortestLease));
	}

	function claim(exchange: Exchange, addresses: Iterable<string>, state: 'offered' | 'bound') {
		const seconds = state === 'offered' ? offerSeconds : leaseSecondsOf(exchange);
		const { identity, subnet, now } = exchange;
		const lease = { client: identity.key, network: subnet.name, state, expires: now + seconds * 1000 };
		return store.claim(addresses, lease, now);
	}

	async function bootingOf(request: DhcpPacket): Promise<Booting> {
		const client = identifyClient(request);
		const chosen = client && (await boot?.(client, request));
		const part = chosen && bootPart(client, chosen, serverAddress);
		return { client, part, boot: part && chosen };
	}

	function finish(
		exchange: Exchange,
		type: 'OFFER' | 'ACK',
		{ client, boot, part }: Booting,
		lease: { readonly granted: Lease; readonly seconds: number } | undefined,
	): DhcpReply {
		const { request, received, stage, subnet } = exchange;
		const options = DhcpOptions.from({
			messageType: type,
			serverIdentifier: identifierFor(request),
			...(lease && {
				ipAddressLeaseTime: lease.seconds,
				// RFC 2131 section 4.4.5.
				renewalTime: Math.floor(lease.seconds * 0.5),
				rebindingTime: Math.floor(lease.seconds * 0.875),
			}),
			subnetMask: subnet.mask,
		})
			.with(subnet.options)
			.with(part?.options ?? {})
			.with(reservedFor(exchange)?.options ?? {});
		const reply = replyTo(request, {
			// RFC 2131 table 3.
			ciaddr: type === 'ACK' ? request.ciaddr : noAddress,
			yiaddr: lease?.granted.address ?? noAddress,
			...part?.fields,
			options,
		});
		return {
			type,
			stage,
			reply,
			bytes: encodeDhcp(reply, encodingFor(client, request)),
			destination: replyDestination(request, reply, received),
			lease: lease?.granted,
			client,
			boot,
		};
	}

	/** RFC 5107 section 4: a relay that wants to hear everything stands in for the server. */
	function identifierFor(request: DhcpPacket): string {
		return relayOf(request)?.serverIdentifierOverride ?? serverAddress;
	}

	function refuse({ request, received, stage }: Exchange, reason: string): DhcpReply {
		const reply = replyTo(request, {
			// RFC 2131 section 4.3.2: so that a relay sends it by broadcast; the client's address may be wrong.
			flags: request.giaddr === noAddress ? request.flags : request.flags | broadcastFlag,
			options: { messageType: 'NAK', serverIdentifier: identifierFor(request), message: reason },
		});
		const destination = replyDestination(request, reply, received);
		return { type: 'NAK', stage, reply, bytes: encodeDhcp(reply), destination, reason };
	}

	async function offer(exchange: Exchange): Promise<DhcpAnswer> {
		const booting = await bootingOf(exchange.request);
		const last = await store.ofClient(exchange.identity.key, exchange.subnet.name);
		const granted = await claim(exchange, addressesFor(exchange, last), 'offered');
		if (granted) return finish(exchange, 'OFFER', booting, { granted, seconds: leaseSecondsOf(exchange) });
		const ignored = reservedFor(exchange) ? 'reserved-address-in-use' : 'pool-exhausted';
		return { ignored, client: booting.client };
	}

	/** Gives the client the address that it names, if it may have it. */
	async function acknowledge(exchange: Exchange, address: string): Promise<DhcpAnswer> {
		const booting = await bootingOf(exchange.request);
		const granted = await claim(exchange, [address], 'bound');
		if (!granted) return refuse(exchange, `${address} is in use`);
		return finish(exchange, 'ACK', booting, { granted, seconds: leaseSecondsOf(exchange) });
	}

	async function select(exchange: Exchange): Promise<DhcpAnswer> {
		const { request, identity, subnet } = exchange;
		const address = request.options.tryGet('requestedIpAddress') ?? request.ciaddr;
		if (request.options.tryGet('serverIdentifier') !== identifierFor(request)) {
			const kept = await store.ofClient(identity.key, subnet.name);
			// Others may have what this client was offered.
			if (kept?.state === 'offered') await store.replace(kept, undefined);
			return { ignored: 'for-another-server' };
		}
		if (!mayHave(exchange, address)) return refuse(exchange, `${address} was not offered`);
		return acknowledge(exchange, address);
	}

	/** INIT-REBOOT, RENEWING and REBINDING: the client names an address that it believes to have. */
	async function confirm(exchange: Exchange): Promise<DhcpAnswer> {
		const { request, identity, subnet, stage, now } = exchange;
		const address = stage === 'init-reboot' ? (request.options.tryGet('requestedIpAddress') as string) : request.ciaddr;
		if (!subnet.contains(address)) return refuse(exchange, `${address} does not belong to this network`);
		const reserved = reservedFor(exchange);
		const known = reserved ?? (await store.ofClient(identity.key, subnet.name));
		if (known) {
			const mine = known.address === address && mayHave(exchange, address);
			return mine ? acknowledge(exchange, address) : refuse(exchange, `${address} is not the address of this client`);
		}
		const holder = await store.ofAddress(address);
		if (holder && holder.expires > now) return refuse(exchange, `${address} is in use`);
		return { ignored: 'unknown-lease' };
	}

	async function giveBack(exchange: Exchange): Promise<DhcpAnswer> {
		const { request, identity, stage, now } = exchange;
		if (request.options.tryGet('serverIdentifier') !== identifierFor(request)) return { ignored: 'for-another-server' };
		const declined = stage === 'decline';
		const address = declined ? (request.options.tryGet('requestedIpAddress') as string) : request.ciaddr;
		const lease = await store.ofAddress(address);
		if (lease?.client !== identity.key || lease.state !== 'bound') return { ignored: 'unknown-lease' };
		const next: Lease = declined
			? { ...lease, client: `declined ${address}`, state: 'declined', expires: now + declineSeconds * 1000 }
			: // Kept, so that the client gets it again while nobody else needs it.
				{ ...lease, expires: now };
		const done = await store.replace(lease, next);
		if (!done) return { ignored: 'unknown-lease' };
		return { ignored: declined ? 'declined' : 'released' };
	}

	return {
		async respond(request, received, now) {
			if (request.op !== 1) return { ignored: 'reply' };
			if (!request.options.has('messageType')) return { ignored: 'bootp' };
			const stage = requestStage(request, received);
			if (!stage) return { ignored: 'incomplete' };
			if (stage === 'boot-server') {
				if (received.port === 67 && !isServed(request.ciaddr)) return { ignored: 'unknown-network' };
				const answer = await bootServer?.respond(request, received);
				if (!answer) return { ignored: 'not-configured' };
				return answer.reply ? { stage, ...answer } : answer;
			}
			const relay = relayOf(request);
			if (relay && !isKnownRelay(relay.address)) return { ignored: 'unknown-relay' };
			const subnet = subnetOfClient(request, received);
			if (!subnet || sendsElsewhere(request, stage, subnet)) return { ignored: 'unknown-network' };
			const identity = identities.identify(request, subnet.contains);
			if (!identity) return { ignored: 'no-identity' };
			const exchange: Exchange = { request, received, stage, subnet, identity, now };
			switch (stage) {
				case 'discover':
					return offer(exchange);
				case 'selecting':
					return select(exchange);
				case 'init-reboot':
				case 'renewing':
				case 'rebinding':
					return confirm(exchange);
				case 'inform':
					return finish(exchange, 'ACK', await bootingOf(request), undefined);
				case 'release':
				case 'decline':
					return giveBack(exchange);
			}
		},
	};
}
