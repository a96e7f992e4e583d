/** One address and who has it. */
export interface Lease {
	/** IPv4. */
	readonly address: string;
	/** Who has it, in the responder's words; compare it, and keep it as it is. */
	readonly client: string;
	/** The subnet that the address belongs to: `'10.0.0.0/24'`. A client has one lease in each. */
	readonly network: string;
	/**
	 * - `offered`: kept for the client until it asks for it.
	 * - `bound`: the client's own.
	 * - `declined`: the client found somebody else using it.
	 */
	readonly state: 'offered' | 'bound' | 'declined';
	/** Milliseconds on the caller's clock. From then on anybody may have the address. */
	readonly expires: number;
}

/**
 * Where a DHCP responder keeps its leases. `claim` and `replace` decide and write in one step: a store that several
 * responders share must do each in one transaction, or two clients may get one address.
 *
 * Leases that have ended may stay, so that a client gets the address that it had before.
 */
export interface LeaseStore {
	/** The client's lease in a network, ended or not. */
	ofClient(client: string, network: string): Lease | undefined | Promise<Lease | undefined>;
	/** The lease of an address, ended or not. */
	ofAddress(address: string): Lease | undefined | Promise<Lease | undefined>;
	/**
	 * Writes a lease for the first of the addresses that is free: it has no lease, one that has ended at `now`, or the
	 * client's own. A lease that the client has already is never made shorter, and stays `bound` when it is.
	 *
	 * A client has one lease in a network: what it was offered before goes. But while a lease of its own is `bound` and
	 * has not ended, it gets that address or none: a belated REQUEST must not free what the client uses.
	 *
	 * @param addresses made while they are read: stop reading at the first that is free
	 * @returns the lease as written; `undefined` when there is none to give
	 */
	claim(
		addresses: Iterable<string>,
		lease: Omit<Lease, 'address'>,
		now: number,
	): Lease | undefined | Promise<Lease | undefined>;
	/** Writes `next` in place of `current`, or removes it; `false` when the store holds anything but `current` by now. */
	replace(current: Lease, next: Lease | undefined): boolean | Promise<boolean>;
}

function sameLease(a: Lease, b: Lease): boolean {
	return a.client === b.client && a.network === b.network && a.state === b.state && a.expires === b.expires;
}

/**
 * A lease store in memory. It holds at most one lease for each address of the pools and reservations that it serves,
 * and forgets all of them with the process.
 *
 * @example
 * ```ts
 * import { createMemoryLeaseStore } from 'pxekit/pxe';
 *
 * const store = createMemoryLeaseStore();
 * const lease = { network: '10.0.0.0/24', state: 'bound', expires: 60_000 } as const;
 * await store.claim(['10.0.0.5'], { ...lease, client: 'a' }, 0);
 * await store.claim(['10.0.0.5'], { ...lease, client: 'b' }, 0); // => undefined
 * ```
 */
export function createMemoryLeaseStore(): LeaseStore {
	const byAddress = new Map<string, Lease>();
	const byClient = new Map<string, Lease>();
	const clientKey = (client: string, network: string): string => `${network} ${client}`;

	function remove(lease: Lease | undefined): void {
		if (!lease) return;
		byAddress.delete(lease.address);
		byClient.delete(clientKey(lease.client, lease.network));
	}

	function put(lease: Lease): Lease {
		remove(byAddress.get(lease.address));
		remove(byClient.get(clientKey(lease.client, lease.network)));
		byAddress.set(lease.address, lease);
		byClient.set(clientKey(lease.client, lease.network), lease);
		return lease;
	}

	return {
		ofClient: (client, network) => byClient.get(clientKey(client, network)),
		ofAddress: (address) => byAddress.get(address),
		claim(addresses, wanted, now) {
			const own = byClient.get(clientKey(wanted.client, wanted.network));
			const bound = own?.state === 'bound' && own.expires > now ? own.address : undefined;
			for (const address of addresses) {
				if (bound !== undefined && address !== bound) continue;
				const held = byAddress.get(address);
				if (!held || held.expires <= now) return put({ ...wanted, address });
				if (held.client !== wanted.client) continue;
				const state = held.state === 'bound' ? 'bound' : wanted.state;
				return put({ ...wanted, address, state, expires: Math.max(held.expires, wanted.expires) });
			}
			return undefined;
		},
		replace(current, next) {
			const held = byAddress.get(current.address);
			if (!held || !sameLease(held, current)) return false;
			remove(held);
			if (next) put(next);
			return true;
		},
	};
}
