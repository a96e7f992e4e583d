import fc from 'fast-check';
import { parseHex } from 'pxekit';
import { type DhcpOptionsRecord, decodeDhcp, encodeDhcp } from 'pxekit/dhcp';
import { createDhcpResponder, createMemoryLeaseStore, type LeaseStore } from 'pxekit/pxe';
import { expect, test } from 'vitest';
import { fixtureRows } from '../support/fixtures.ts';

const serverAddress = '10.0.0.1';
const leaseSeconds = 300;
const pool = [{ from: '10.0.0.50', to: '10.0.0.52' }];
/** What clients ask for: addresses of the pool, one reserved outside it, one of nobody. */
const addresses = ['10.0.0.50', '10.0.0.51', '10.0.0.52', '10.0.0.60', '10.0.0.99'];
const twinUuid = parseHex('0078563412bc9af0de1122334455667788');

/** Six clients for four addresses: two of one UUID, two of one MAC with client identifiers of their own. */
const clients: readonly { mac: string; options: DhcpOptionsRecord }[] = [
	{ mac: '52:54:00:00:00:01', options: {} },
	{ mac: '52:54:00:00:00:02', options: { 97: twinUuid } },
	{ mac: '52:54:00:00:00:03', options: { 97: twinUuid } },
	{ mac: '52:54:00:00:00:04', options: { 61: Uint8Array.of(0, 1, 1) } },
	{ mac: '52:54:00:00:00:04', options: { 61: Uint8Array.of(0, 1, 2) } },
	{ mac: '52:54:00:00:00:05', options: {} },
];

type Kind =
	| 'DISCOVER'
	| 'select'
	| 'select another server'
	| 'init-reboot'
	| 'renew'
	| 'rebind'
	| 'RELEASE'
	| 'DECLINE';

interface Message {
	readonly client: number;
	readonly kind: Kind;
	/** Which address it names, where it names one: the one it has, the one it was offered, or any. */
	readonly names: 'own' | 'offered' | number;
}

interface Batch {
	readonly messages: readonly Message[];
	/** Time that passes before the next batch. */
	readonly seconds: number;
}

const messageArbitrary: fc.Arbitrary<Message> = fc.record({
	client: fc.nat(clients.length - 1),
	kind: fc.constantFrom<Kind>(
		'DISCOVER',
		'DISCOVER',
		'select',
		'select',
		'select another server',
		'init-reboot',
		'renew',
		'rebind',
		'RELEASE',
		'DECLINE',
	),
	names: fc.oneof(
		{ weight: 3, arbitrary: fc.constant('offered' as const) },
		{ weight: 2, arbitrary: fc.constant('own' as const) },
		{ weight: 2, arbitrary: fc.nat(addresses.length - 1) },
	),
});

const batchArbitrary: fc.Arbitrary<Batch> = fc.record({
	messages: fc.array(messageArbitrary, { minLength: 1, maxLength: 5 }),
	seconds: fc.constantFrom(0, 0, 1, 59, 60, 120, 299, 300, 700),
});

/** A store whose every answer comes when the scheduler says so: requests overtake each other inside the responder. */
function scheduledStore(scheduler: fc.Scheduler): LeaseStore {
	const store = createMemoryLeaseStore();
	const later = <Value>(work: () => Value | Promise<Value>): Promise<Value> =>
		scheduler.schedule(Promise.resolve(), 'store').then(work);
	return {
		ofClient: (client, network) => later(() => store.ofClient(client, network)),
		ofAddress: (address) => later(() => store.ofAddress(address)),
		claim: (list, lease, now) => later(() => store.claim(list, lease, now)),
		replace: (current, next) => later(() => store.replace(current, next)),
	};
}

/** What a client believes: it has `address` until `until`. */
interface Belief {
	address?: string;
	until: number;
	offered?: string;
	/** Number of its latest message: only the answer to that one counts, as xid has it. */
	latest: number;
}

test('no address is ever given to two clients, whatever the order of messages', { timeout: 60_000 }, async () => {
	const seen = new Set<string>();
	await fc.assert(
		fc.asyncProperty(fc.array(batchArbitrary, { minLength: 5, maxLength: 40 }), fc.scheduler(), async (batches, s) => {
			const responder = createDhcpResponder({
				serverAddress,
				networks: [{ subnet: '10.0.0.0/24', pool, leaseSeconds }],
				reservations: [{ address: '10.0.0.60', uuid: '12345678-9abc-def0-1122-334455667788' }],
				store: scheduledStore(s),
			});
			const beliefs: Belief[] = clients.map(() => ({ until: 0, latest: 0 }));
			let now = 1_000_000;
			let count = 0;

			const deliver = async ({ client, kind, names }: Message): Promise<void> => {
				const belief = beliefs[client] as Belief;
				const { mac, options } = clients[client] as (typeof clients)[number];
				const held = belief.until > now ? belief.address : undefined;
				const named = (names === 'own' ? held : names === 'offered' ? belief.offered : addresses[names]) ?? '10.0.0.50';
				const extends_ = (kind === 'renew' || kind === 'rebind') && named === held;
				// RFC 2131 figure 5: whatever else a client sends, it sends without an address.
				if (!extends_) belief.until = 0;
				const number = ++count;
				belief.latest = number;
				const sent = now;
				const inOption = kind !== 'renew' && kind !== 'rebind' && kind !== 'RELEASE' && kind !== 'DISCOVER';
				const identifier = { select: serverAddress, RELEASE: serverAddress, DECLINE: serverAddress } as Record<
					string,
					string
				>;
				const request = encodeDhcp({
					op: 1,
					xid: number,
					chaddr: mac,
					ciaddr: inOption || kind === 'DISCOVER' ? '0.0.0.0' : named,
					options: {
						messageType: kind === 'DISCOVER' || kind === 'RELEASE' || kind === 'DECLINE' ? kind : 'REQUEST',
						requestedIpAddress: inOption ? named : undefined,
						serverIdentifier: kind === 'select another server' ? '10.0.0.2' : identifier[kind],
						...options,
					},
				});
				const received = { port: 67, unicast: kind === 'renew' } as const;
				const answer = await responder.respond(decodeDhcp(request), received, now);
				seen.add(answer.reply ? `${kind}: ${answer.type}` : `${kind}: ${answer.ignored}`);
				if (!answer.reply || belief.latest !== number) return;
				const { yiaddr = '0.0.0.0' } = answer.reply;
				if (answer.type === 'NAK') belief.until = 0;
				else {
					const other = beliefs.findIndex((each, i) => i !== client && each.until > now && each.address === yiaddr);
					if (other >= 0) throw new Error(`${yiaddr} ${answer.type} to client ${client}: client ${other} has it`);
					if (answer.type === 'OFFER') belief.offered = yiaddr;
					else Object.assign(belief, { address: yiaddr, until: sent + leaseSeconds * 1000 });
				}
			};

			for (const { messages, seconds } of batches) {
				// DHCP has no way to tell a RELEASE or DECLINE that was overtaken: its client says nothing else meanwhile.
				const givesBack = ({ kind }: Message) => kind === 'RELEASE' || kind === 'DECLINE';
				const batch = messages.filter(
					(message, i) =>
						!messages.some(
							(other, j) => j < i && other.client === message.client && (givesBack(other) || givesBack(message)),
						),
				);
				const done = Promise.all(batch.map(deliver));
				await s.waitFor(done);
				now += seconds * 1000;
			}
		}),
		{ numRuns: 300 },
	);
	// The runs did reach what they are to test.
	for (const reached of [
		'DISCOVER: OFFER',
		'DISCOVER: pool-exhausted',
		'DISCOVER: reserved-address-in-use',
		'select: ACK',
		'select: NAK',
		'select another server: for-another-server',
		'init-reboot: ACK',
		'init-reboot: NAK',
		'renew: ACK',
		'rebind: ACK',
		'RELEASE: released',
		'DECLINE: declined',
	]) {
		expect(seen).toContain(reached);
	}
});

test('as many leases as the pool has addresses, however many clients ask', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 200 }), async (numbers) => {
			const held = new Set<string>();
			const store = createMemoryLeaseStore();
			const responder = createDhcpResponder({
				serverAddress,
				networks: [{ subnet: '10.0.0.0/24', pool }],
				store: {
					...store,
					async claim(...args) {
						const lease = await store.claim(...args);
						if (lease) held.add(lease.address);
						return lease;
					},
				},
			});
			for (const number of numbers) {
				const chaddr = `52:54:00:00:${(number >> 8).toString(16).padStart(2, '0')}:${(number & 0xff).toString(16).padStart(2, '0')}`;
				const discover = encodeDhcp({ op: 1, xid: 1, chaddr, options: { messageType: 'DISCOVER' } });
				const answer = await responder.respond(decodeDhcp(discover), { port: 67 }, 0);
				if (!answer.reply && answer.ignored !== 'pool-exhausted') throw new Error(answer.ignored);
			}
			if (held.size !== Math.min(3, new Set(numbers).size)) throw new Error(`${held.size} addresses`);
		}),
		{ numRuns: 50 },
	);
});

const requests = fixtureRows<{ hex: string }>('dhcp/packets.jsonl').map(({ hex }) => parseHex(hex));

test('whatever a packet holds, it is answered by the rules or not at all, and nothing is thrown', async () => {
	const responder = createDhcpResponder({
		serverAddress: '192.168.77.1',
		networks: [{ subnet: '192.168.77.0/24', pool: [{ from: '192.168.77.100', to: '192.168.77.200' }] }],
		boot: ({ kind }) => ({ file: kind === 'http' ? 'http://h/f' : 'f' }),
	});
	let answered = 0;
	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(...requests),
			fc.array(fc.tuple(fc.nat(700), fc.nat(255)), { maxLength: 6 }),
			fc.boolean(),
			async (packet, changes, unicast) => {
				const bytes = packet.slice();
				for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
				const request = decodeDhcp(bytes);
				const answer = await responder.respond(request, { port: 67, unicast }, 0);
				if (!answer.reply) return;
				answered++;
				const reply = decodeDhcp(answer.bytes);
				const [first, last] = [reply.options.entries()[0], reply.options.entries().at(-1)];
				const { address } = answer.destination;
				const rules: Record<string, boolean> = {
					'a reply to a request': request.op === 1 && reply.op === 2,
					'same transaction': reply.xid === request.xid && reply.mac === request.mac && reply.giaddr === request.giaddr,
					'not longer than the client takes': answer.bytes.length <= 1472,
					'message type first': first?.code === 53,
					'relay’s option last': !request.options.has(82) || last?.code === 82,
					// To a client that looks for a boot server, its own address.
					'an address of the pool':
						reply.yiaddr === '0.0.0.0' ||
						(answer.stage === 'boot-server' && reply.yiaddr === request.ciaddr) ||
						/^192\.168\.77\.(1\d\d|200)$/.test(reply.yiaddr),
					'a NAK gives nothing': answer.type !== 'NAK' || reply.yiaddr === '0.0.0.0',
					'stays in the network': address === '255.255.255.255' || address.startsWith('192.168.77.'),
				};
				for (const [rule, kept] of Object.entries(rules)) if (!kept) throw new Error(`broken: ${rule}`);
			},
		),
		{ numRuns: 1000 },
	);
	expect(answered).toBeGreaterThan(100);
});
