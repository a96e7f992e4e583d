import { type FailureReason, firmwareError } from '../pxe/firmware-errors.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { EncodeError } from '../wire/errors.ts';
import { isIpv4 } from '../wire/ipv4.ts';
import { formatMac, parseMac } from '../wire/mac.ts';
import { parseUuid } from '../wire/uuid.ts';
import { createCorrespondence } from './correspondence.ts';
import { createHttpDownload, createTftpDownload, type Download } from './download.ts';
import { broadcastAddress, ports, type UdpDatagram } from './endpoint.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { ipxeRules } from './ipxe-rules.ts';
import { httpRules, raspberryPiRules, uBootRules } from './other-rules.ts';
import type { BootRequestKind, FirmwareFamily } from './profile.ts';
import { profileOf } from './profiles.ts';
import { pxeRules } from './pxe-rules.ts';
import { repeatableRandom } from './repeatable-random.ts';
import type { ClientIdentity, RequestFacts } from './requests.ts';
import type { FirmwareRules, Knowledge, Step } from './rules.ts';
import { readServerPacket, type ServerPacket } from './server-packet.ts';
import type { BootClientOptions, SimulatedClient } from './simulated-client.ts';
import type { BootEnd } from './story.ts';
import { createStoryteller } from './storyteller.ts';

const rulesOf: Readonly<Record<FirmwareFamily, FirmwareRules>> = {
	pxe: pxeRules,
	ipxe: ipxeRules,
	http: httpRules,
	'u-boot': uBootRules,
	'raspberry-pi': raspberryPiRules,
};

/** EDK2 keeps 16 offers (PXEBC_OFFER_MAX_NUM); the others need a limit too. */
const maxOffers = 16;

/**
 * Creates a network-boot client that sends what real firmware sends and decides as it decides, from the DISCOVER to the
 * last byte of its boot file. `simulateBoot` runs it against responder functions, `runBootClient` of `pxekit/node`
 * against servers.
 *
 * @param now milliseconds, on the clock of all later calls
 * @throws an {@link EncodeError} for a MAC address, UUID or profile that is none
 * @example
 * ```ts
 * import { createBootClient } from 'pxekit/client';
 * import { decodeDhcp } from 'pxekit/dhcp';
 *
 * const client = createBootClient({ profile: 'edk2', mac: '52:54:00:12:34:56' }, 0);
 * const discover = client.nextDatagram(0);
 * discover?.to; // => { address: '255.255.255.255', port: 67 }
 * decodeDhcp(discover!.bytes).options.get('vendorClassIdentifier'); // => 'PXEClient:Arch:00007:UNDI:003000'
 * client.nextDeadline; // => 4000
 * ```
 */
export function createBootClient(options: BootClientOptions, now: number): SimulatedClient {
	const { menuChoice, configured = false, maxTime = 900_000, maxFileSize = 256 * 1024 * 1024 } = options;
	const profile = typeof options.profile === 'string' ? profileOf(options.profile) : options.profile;
	if (!profile)
		throw new EncodeError('unknown-name', `no such profile: ${String(options.profile)}`, { path: 'profile' });
	const mac = formatMac(parseMac(options.mac, 'mac'));
	if (options.uuid !== undefined) parseUuid(options.uuid, 'le', 'uuid');
	const rules = rulesOf[profile.family];
	const random = options.random ?? repeatableRandom(Number.parseInt(mac.replaceAll(':', '').slice(4), 16));
	const ownFile = options.ownFile ?? profile.ownFile;
	const identity: ClientIdentity = {
		profile,
		mac,
		uuid: options.uuid,
		options: options.options ?? {},
		ownFile,
		random,
	};
	const teller = createStoryteller(profile, mac, now);
	const letters = createCorrespondence(identity, configured);
	const outbox: UdpDatagram[] = [];
	const offers: ServerPacket[] = [];
	let choice: Knowledge['choice'];
	let ack: ServerPacket | undefined;
	let asked = 0;
	/** What is going on: one of these, or nothing when it is over. */
	let exchange: Exchange | undefined;
	let menu: { from: ServerPacket; until: number } | undefined;
	let download: Download | undefined;

	const known = (at: number): Knowledge => ({
		profile,
		offers,
		elapsed: at - now,
		choice,
		ack,
		asked,
		ownFile,
		serial: options.serial,
	});
	const ownAddress = () => ack?.address ?? '0.0.0.0';

	function idle(): void {
		exchange = undefined;
		menu = undefined;
		download = undefined;
	}

	function end(how: BootEnd, at: number): void {
		idle();
		teller.end(how, at);
	}

	function fail(reason: FailureReason, why: string, at: number, tftpCode?: number): void {
		end({ kind: 'failed', error: firmwareError(identity.profile.console, reason, why, tftpCode) }, at);
	}

	function send(kind: BootRequestKind, to: Endpoint, facts: Partial<RequestFacts>, waited: number, at: number): void {
		const datagram = letters.write(kind, to, facts, { waited, address: ack?.address, offers });
		outbox.push(datagram);
		teller.sent(kind, to, datagram.bytes, at);
	}

	function discover(at: number): void {
		exchange = createExchange(
			{
				waits: identity.profile.discoverWaits,
				port: ports.client,
				xid: letters.dhcpXid,
				send: (waited, when) => send('discover', { address: broadcastAddress, port: ports.server }, {}, waited, when),
				arrived(packet, when) {
					if (packet.type !== undefined && packet.type !== 'OFFER') return { kind: 'wait' };
					if (offers.length >= maxOffers) return { kind: 'wait' };
					offers.push(packet);
					teller.offer(packet, rules.classify(packet));
					return rules.onOffer(known(when));
				},
				expired(_answers, isLast, when) {
					const step = rules.onDiscoverTimeout(known(when), isLast);
					if (step.kind === 'accept') letters.movedOnByTimer();
					return step;
				},
			},
			at,
		);
	}

	function accept(step: Extract<Step, { kind: 'accept' }>, at: number): void {
		const { offer, proxies } = step;
		choice = { offer, proxies };
		teller.chose(offer, proxies, step.why, at);
		if (offer.type === undefined) {
			bind(offer, at);
			return;
		}
		const server = offer.server;
		exchange = createExchange(
			{
				waits: identity.profile.requestWaits,
				port: ports.client,
				xid: letters.dhcpXid,
				send: (waited, when) =>
					send(
						'request',
						{ address: broadcastAddress, port: ports.server },
						{
							server,
							requestedAddress: offer.address,
							siaddr: identity.profile.quirks.siaddrInRequest ? server : undefined,
						},
						waited,
						when,
					),
				arrived(packet, when) {
					if (packet.server !== server) return { kind: 'wait' };
					if (packet.type === 'NAK') {
						return { kind: 'fail', reason: 'no-ack', why: 'the DHCP server refused the address (NAK)' };
					}
					if (packet.type !== 'ACK' || packet.address === undefined) return { kind: 'wait' };
					ack = packet;
					teller.bound(packet.address, when);
					return rules.onBound(known(when));
				},
				expired: (_answers, isLast) =>
					isLast
						? { kind: 'fail', reason: 'no-ack', why: 'the DHCP server did not answer the REQUEST' }
						: { kind: 'wait' },
			},
			at,
		);
	}

	function bind(offer: ServerPacket, at: number): void {
		ack = offer;
		teller.bound(offer.address ?? '', at);
		take(rules.onBound(known(at)), at);
	}

	function ask(step: Extract<Step, { kind: 'ask' }>, at: number): void {
		asked++;
		letters.beginPxe(false);
		teller.decided(step.why, at);
		exchange = createExchange(
			{
				waits: identity.profile.pxeWaits,
				port: identity.profile.pxePort,
				xid: letters.pxeXid,
				collects: identity.profile.collectsPxeAnswers,
				send: (waited, when) =>
					send(
						'pxeRequest',
						{ address: step.address, port: ports.pxe },
						{ ciaddr: ownAddress(), server: step.server },
						waited,
						when,
					),
				arrived: (packet, when) => rules.onPxeAnswer(known(when), [packet]),
				expired(answers, isLast, when) {
					const answered = answers.length > 0 ? rules.onPxeAnswer(known(when), answers) : undefined;
					if (answered && answered.kind !== 'wait') return answered;
					return isLast ? rules.onPxeSilence(known(when)) : { kind: 'wait' };
				},
			},
			at,
		);
	}

	function discoverBootServer(step: Extract<Step, { kind: 'discover-boot-server' }>, at: number): void {
		const [target, ...later] = step.targets;
		if (!target) {
			fail('boot-server-silent', `no boot server of type ${step.type} answered`, at);
			return;
		}
		letters.beginPxe(true);
		teller.decided(`${step.why} at ${target.address} port ${target.port}`, at);
		const onAnswer = (packet: ServerPacket, when: number): Step => {
			if (packet.type !== 'ACK') return { kind: 'wait' };
			if (step.only && !step.only.includes(packet.nextServer ?? packet.server ?? '')) return { kind: 'wait' };
			if (identity.profile.family === 'ipxe' && packet.pxe.bootItem?.type !== step.type) return { kind: 'wait' };
			return rules.onBootServerAnswer(known(when), packet);
		};
		exchange = createExchange(
			{
				waits: identity.profile.bootServerWaits,
				port: target.port === ports.server ? ports.client : identity.profile.pxePort,
				xid: letters.pxeXid,
				collects: identity.profile.collectsPxeAnswers,
				send: (waited, when) =>
					send('bootServerRequest', target, { ciaddr: ownAddress(), bootServerType: step.type }, waited, when),
				arrived: onAnswer,
				expired(answers, isLast, when) {
					for (const answer of answers) {
						const next = onAnswer(answer, when);
						if (next.kind !== 'wait') return next;
					}
					return isLast ? { ...step, targets: later } : { kind: 'wait' };
				},
			},
			at,
		);
	}

	function showMenu(from: ServerPacket, at: number): void {
		const entries = from.pxe.bootMenu ?? [];
		const timeout = from.pxe.menuPrompt?.timeout ?? 0;
		teller.menu(from, entries, timeout, at);
		// 0: no time to press F8.
		const chosen = timeout === 0 ? 0 : menuChoice;
		if (chosen !== undefined) chooseEntry(from, chosen, at);
		else if (timeout === 255) end({ kind: 'waiting', entries }, at);
		else menu = { from, until: at + timeout * 1000 };
	}

	function chooseEntry(from: ServerPacket, index: number, at: number): void {
		const entry = from.pxe.bootMenu?.[index];
		if (!entry) {
			fail('menu-missing', `the menu has no entry ${index}`, at);
			return;
		}
		teller.decided(`takes menu entry ${index}: ${JSON.stringify(entry.text)}, type ${entry.type}`, at);
		take(rules.onMenuChoice(known(at), from, entry.type), at);
	}

	/** Collects what the download wants to send, and goes on when it has ended. */
	function pump(at: number): void {
		const current = download;
		if (!current) return;
		for (let next = current.nextDatagram(at); next; next = current.nextDatagram(at)) outbox.push(next);
		const { result } = current;
		if (result?.kind === 'failed') fail(result.reason, result.why, at, result.tftpCode);
		else if (result) {
			teller.fetched(result.file, at);
			end({ kind: 'booted', file: result.file }, at);
		}
	}

	function start(step: Extract<Step, { kind: 'tftp' | 'http' }>, at: number): void {
		const common = { profile: identity.profile, maxBytes: maxFileSize, onRequest: teller.fetching };
		if (step.kind === 'http') {
			teller.decided(`boots ${step.url}: ${step.why}`, at);
			download = createHttpDownload({ ...common, url: step.url }, at);
		} else {
			teller.decided(`boots ${step.file} from ${step.server}: ${step.why}`, at);
			if (!isIpv4(step.server)) {
				fail('no-server-address', `${step.server} is no IPv4 address`, at);
				return;
			}
			download = createTftpDownload({ ...common, ...step, address: ownAddress(), random }, at);
		}
		pump(at);
	}

	function take(step: Step, at: number): void {
		if (step.kind === 'wait') return;
		idle();
		switch (step.kind) {
			case 'accept':
				accept(step, at);
				break;
			case 'ask':
				ask(step, at);
				break;
			case 'discover-boot-server':
				discoverBootServer(step, at);
				break;
			case 'menu':
				showMenu(step.from, at);
				break;
			case 'tftp':
			case 'http':
				start(step, at);
				break;
			case 'san':
				teller.decided(`boots from ${step.uri}: ${step.why}`, at);
				end({ kind: 'san', uri: step.uri }, at);
				break;
			case 'fail':
				fail(step.reason, step.why, at);
				break;
		}
	}

	const client: SimulatedClient = {
		receive(datagram, at) {
			if (teller.ended) return;
			if (download) {
				download.receive(datagram, at);
				pump(at);
				return;
			}
			const current = exchange;
			if (!current || datagram.to.port !== current.port) {
				teller.ignored(`a datagram to port ${datagram.to.port}`, datagram.from, at);
				return;
			}
			const packet = readServerPacket(datagram, identity.profile);
			if (typeof packet === 'string') {
				teller.ignored(packet, datagram.from, at);
				return;
			}
			const refusal = current.refusal(packet, mac, identity.profile);
			if (refusal) {
				teller.ignored(refusal, datagram.from, at);
				return;
			}
			teller.received(packet, at);
			take(current.receive(packet, at), at);
		},

		expire(at) {
			if (teller.ended) return;
			if (at >= now + maxTime) fail('out-of-time', `the boot took longer than ${maxTime} ms`, at);
			else if (exchange && at >= exchange.deadline) take(exchange.expire(at), at);
			else if (menu && at >= menu.until) {
				const { from } = menu;
				menu = undefined;
				chooseEntry(from, 0, at);
			} else if (download && at >= download.deadline) {
				download.expire(at);
				pump(at);
			}
		},

		nextDatagram() {
			return outbox.shift();
		},

		nextHttpRequest() {
			return download?.nextHttpRequest();
		},

		receiveHttp(response, at) {
			download?.receiveHttp(response, at);
			pump(at);
		},

		get nextDeadline() {
			if (teller.ended) return Number.POSITIVE_INFINITY;
			return Math.min(
				now + maxTime,
				exchange?.deadline ?? Number.POSITIVE_INFINITY,
				menu?.until ?? Number.POSITIVE_INFINITY,
				download?.deadline ?? Number.POSITIVE_INFINITY,
			);
		},

		get listening() {
			const port = download ? download.port : exchange?.port;
			return { address: ownAddress(), ports: port === undefined ? [] : [port] };
		},

		get story() {
			return teller.story;
		},
	};

	discover(now);
	return client;
}
