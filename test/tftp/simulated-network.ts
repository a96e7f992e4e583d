import {
	createReceiver,
	createSender,
	decodeTftp,
	encodeTftp,
	type NegotiationPolicy,
	negotiateTftp,
	type TftpMachine,
	type TftpOption,
	type TftpOutcome,
	type TftpPacket,
	type TftpRequestPacket,
	type TftpStatistics,
	type TftpTiming,
} from 'pxekit/tftp';

/** A small seeded generator: the same seed gives the same network. */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
}

/** What the network does to packets. Shares are from 0 to 1, times in milliseconds. */
export interface NetworkConditions {
	readonly loss?: number;
	readonly duplication?: number;
	/** Each packet takes from `delay` to `delay + jitter`, so that jitter also reorders. */
	readonly delay?: number;
	readonly jitter?: number;
	/** Decides over single packets before chance does. */
	readonly drop?: (packet: TftpPacket, from: 'client' | 'server', now: number) => boolean;
	/**
	 * Sees the packets as a capture on one of the machines does: all that it sends, and what arrives. What the network has doubled are
	 * the same bytes, the array itself.
	 */
	readonly capture?: {
		readonly on: 'client' | 'server';
		readonly see: (bytes: Uint8Array, from: 'client' | 'server', now: number) => void;
	};
	/** How long packets from one side take, instead of `delay`. */
	readonly delayOf?: (packet: TftpPacket, from: 'client' | 'server', now: number) => number | undefined;
}

/** One transfer to simulate. */
export interface SimulatedTransfer extends NetworkConditions {
	readonly seed: number;
	readonly content: Uint8Array;
	/** `get`: the client reads. `put`: it writes. */
	readonly direction?: 'get' | 'put';
	readonly options?: readonly TftpOption[];
	readonly policy?: NegotiationPolicy;
	/** `'octet'`. */
	readonly mode?: string;
	/** Waits of both sides. */
	readonly timing?: Partial<TftpTiming>;
	/** Virtual milliseconds after which the simulation is stopped; ten minutes. */
	readonly limit?: number;
}

/** What became of it. */
export interface SimulatedResult {
	readonly received: Uint8Array;
	readonly client: TftpOutcome | undefined;
	readonly server: TftpOutcome | undefined;
	readonly sender: TftpStatistics;
	/** Packets that each kind put on the wire. */
	readonly sent: Readonly<Record<TftpPacket['kind'], number>>;
	/** DATA block numbers in the order sent. */
	readonly blocks: readonly number[];
	/** Virtual milliseconds until both sides were done. */
	readonly time: number;
	/** Transfers that the server began: more than one when it had given up on the first. */
	readonly begun: number;
}

interface Side {
	readonly name: 'client' | 'server';
	readonly machine: TftpMachine;
	move(now: number): void;
}

interface InFlight {
	/** When it arrives. */
	readonly at: number;
	readonly to: 'client' | 'server';
	readonly bytes: Uint8Array;
}

/** Runs client and server over a network of chance in virtual time. */
export function simulate(transfer: SimulatedTransfer): SimulatedResult {
	const { content, direction = 'get', options = [], policy = {}, timing = {}, limit = 600_000 } = transfer;
	const random = seededRandom(transfer.seed);
	/** In the order of arrival. */
	const wire: InFlight[] = [];
	const sent = { rrq: 0, wrq: 0, data: 0, ack: 0, error: 0, oack: 0 };
	const blocks: number[] = [];
	const received: Uint8Array[] = [];
	let now = 0;
	let begun = 0;

	const kept = { timing, random };
	const request: TftpRequestPacket = {
		kind: direction === 'get' ? 'rrq' : 'wrq',
		filename: 'f',
		mode: transfer.mode ?? 'octet',
		options,
	};

	function sending(name: Side['name'], sender: ReturnType<typeof createSender>): Side {
		let given = 0;
		return {
			name,
			machine: sender,
			move() {
				while (sender.wanted > 0) {
					const length = 1 + Math.floor(random() * 4000);
					const part = content.subarray(given, given + length);
					if (given >= content.length) sender.supplyEnd();
					else sender.supply(part);
					given += part.length;
				}
			},
		};
	}

	function receiving(name: Side['name'], receiver: ReturnType<typeof createReceiver>): Side {
		return {
			name,
			machine: receiver,
			move(at) {
				for (let part = receiver.take(); part; part = receiver.take()) received.push(part.slice());
				receiver.stored(at);
			},
		};
	}

	const clientTiming = { initialTimeout: 1000, firstGiveUpAfter: 60_000, giveUpAfter: 60_000, ...timing };
	const client: Side =
		direction === 'get'
			? receiving('client', createReceiver({ opening: request, timing: clientTiming, random }, now))
			: sending('client', createSender({ opening: request, timing: clientTiming, random }, now));
	let server: Side | undefined;

	function begin(asked: TftpRequestPacket): Side {
		begun++;
		if (direction === 'put') received.length = 0;
		const { terms, granted } = negotiateTftp(asked, policy, content.length);
		const oack = granted.length > 0 ? ({ kind: 'oack', options: granted } as const) : undefined;
		return direction === 'get'
			? sending('server', createSender({ opening: oack, terms, sizeAsked: true, ...kept }, now))
			: receiving('server', createReceiver({ opening: oack ?? { kind: 'ack', block: 0 }, terms, ...kept }, now));
	}

	function onTheWire(packet: InFlight): void {
		let place = wire.length;
		while (place > 0 && (wire[place - 1] as InFlight).at > packet.at) place--;
		wire.splice(place, 0, packet);
	}

	function transmit(side: Side, packet: TftpPacket): void {
		sent[packet.kind]++;
		if (packet.kind === 'data') blocks.push(packet.block);
		if (transfer.capture?.on === side.name) transfer.capture.see(encodeTftp(packet), side.name, now);
		if (transfer.drop?.(packet, side.name, now)) return;
		const bytes = encodeTftp(packet);
		const copies = random() < (transfer.duplication ?? 0) ? 2 : 1;
		for (let i = 0; i < copies; i++) {
			if (random() < (transfer.loss ?? 0)) continue;
			const delay = transfer.delayOf?.(packet, side.name, now) ?? transfer.delay ?? 0.1;
			const at = now + delay + random() * (transfer.jitter ?? 0);
			onTheWire({ at, to: side.name === 'client' ? 'server' : 'client', bytes });
		}
	}

	function step(side: Side): void {
		side.move(now);
		for (let packet = side.machine.nextPacket(now); packet; packet = side.machine.nextPacket(now)) {
			transmit(side, packet);
			side.move(now);
		}
	}

	function deliver(to: 'client' | 'server', bytes: Uint8Array): void {
		const packet = decodeTftp(bytes);
		if (transfer.capture?.on === to) transfer.capture.see(bytes, to === 'client' ? 'server' : 'client', now);
		if (to === 'server' && (packet.kind === 'rrq' || packet.kind === 'wrq')) {
			// As the Node server has it: a repeat resends the first packet; after the end it begins anew.
			if (server && !server.machine.outcome) server.machine.repeatOpening(now);
			else if (!server?.machine.proven) server = begin(packet);
			if (server) step(server);
			return;
		}
		const side = to === 'client' ? client : server;
		if (!side) return;
		side.machine.receive(packet, now);
		step(side);
	}

	step(client);
	while (now < limit) {
		const arrival = wire[0]?.at ?? Number.POSITIVE_INFINITY;
		const deadlines = [client, server].map((side) => side?.machine.nextDeadline ?? Number.POSITIVE_INFINITY);
		const deadline = Math.min(...deadlines);
		if (arrival === Number.POSITIVE_INFINITY && deadline === Number.POSITIVE_INFINITY) break;
		now = Math.max(now, Math.min(arrival, deadline));
		if (arrival <= deadline) {
			const packet = wire.shift();
			if (packet) deliver(packet.to, packet.bytes);
		} else {
			const side = deadlines[0] === deadline ? client : (server as Side);
			side.machine.expire(now);
			step(side);
		}
	}

	const sender = (direction === 'get' ? server : client)?.machine ?? client.machine;
	return {
		received: new Uint8Array(Buffer.concat(received)),
		client: client.machine.outcome,
		server: server?.machine.outcome,
		sender: sender.statistics,
		sent,
		blocks,
		time: now,
		begun,
	};
}

/** Content that shows when a block is missing, doubled or out of place. */
export function patternedContent(length: number, seed = 1): Uint8Array {
	const random = seededRandom(seed);
	return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

/** Options of a request from numbers. */
export function optionsOf(record: Readonly<Record<string, number>>): TftpOption[] {
	return Object.entries(record).map(([name, value]) => ({ name, value: String(value) }));
}
