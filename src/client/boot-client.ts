import { EncodeError } from '../wire/errors.ts';
import { isIpv4 } from '../wire/ipv4.ts';
import { formatMac, parseMac } from '../wire/mac.ts';
import { parseUuid } from '../wire/uuid.ts';
import { broadcastAddress, ports, type UdpDatagram, type UdpEndpoint } from './endpoint.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { type FailureReason, firmwareError } from './firmware-errors.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { ipxeRules } from './ipxe-rules.ts';
import { httpRules, raspberryPiRules, uBootRules } from './other-rules.ts';
import type { BootClientProfile, BootClientProfileName, BootRequestKind, FirmwareFamily } from './profile.ts';
import { profileOf } from './profiles.ts';
import { pxeRules } from './pxe-rules.ts';
import { type ClientIdentity, encodeRequest, type RequestFacts } from './requests.ts';
import type { FirmwareRules, Knowledge, Step } from './rules.ts';
import { readServerPacket, type ServerPacket } from './server-packet.ts';
import type { BootEnd, BootStory } from './story.ts';
import { createStoryteller } from './storyteller.ts';
import { createTftpFetch, type TftpFetch } from './tftp-fetch.ts';

/** The machine to play. */
export interface BootClientOptions {
	/** A name, or a row of one's own, such as a changed one of {@link bootClientProfiles}. */
	readonly profile: BootClientProfileName | BootClientProfile;
	/** `52:54:00:12:34:56` */
	readonly mac: string;
	/** The machine's UUID as its SMBIOS shows it. Default: what QEMU has, all zeros; none for U-Boot. */
	readonly uuid?: string | undefined;
	/** DHCP options to send instead of the profile's, or beside them, by number: `{ 175: …, 12: … }`. */
	readonly options?: Readonly<Record<number, Uint8Array>> | undefined;
	/** Which entry of a menu a person chooses, from 0. By default nobody is there. */
	readonly menuChoice?: number | undefined;
	/** The machine has an address already, as after `dhcp` in an iPXE script: iPXE then sets the broadcast flag. */
	readonly configured?: boolean | undefined;
	/** A name to ask for when the server gives none; U-Boot and Raspberry Pi. */
	readonly ownFile?: string | undefined;
	/** Folder that a Raspberry Pi looks in first: its serial number. */
	readonly serial?: string | undefined;
	/** From 0 to 1. Default: always the same row of numbers, so that a run can be repeated. */
	readonly random?: (() => number) | undefined;
	/** Milliseconds after which the client is stopped. Default 900,000. */
	readonly maxTime?: number | undefined;
	/** The largest file to take, in bytes. Default 256 MiB. */
	readonly maxFileSize?: number | undefined;
}

/** A boot client that holds no socket and no clock: the caller carries its datagrams and tells it the time. */
export interface SimulatedClient {
	/** Hands in a datagram. `now` is in milliseconds, on any clock that never goes back. */
	receive(datagram: UdpDatagram, now: number): void;
	/** Call when {@link SimulatedClient.nextDeadline} has come. Calls that are too early do nothing. */
	expire(now: number): void;
	/** The next datagram to send. Call it after every other call, until it returns `undefined`. */
	nextDatagram(now: number): UdpDatagram | undefined;
	/** The next HTTP request to make; answer it with {@link SimulatedClient.receiveHttp}. */
	nextHttpRequest(): HttpRequest | undefined;
	receiveHttp(response: HttpResponse, now: number): void;
	/** When to call {@link SimulatedClient.expire}; `Infinity` when it waits for nothing, or has ended. */
	readonly nextDeadline: number;
	/** Where it listens now: its address, and the ports. `0.0.0.0` before it has an address. */
	readonly listening: { readonly address: string; readonly ports: readonly number[] };
	/** What has happened so far; `end` is there when it is over. */
	readonly story: BootStory;
}

const rulesOf: Readonly<Record<FirmwareFamily, FirmwareRules>> = {
	pxe: pxeRules,
	ipxe: ipxeRules,
	http: httpRules,
	'u-boot': uBootRules,
	'raspberry-pi': raspberryPiRules,
};

/** EDK2 keeps 16 offers (PXEBC_OFFER_MAX_NUM); the others need a limit too. */
const maxOffers = 16;

/** Numbers that look random and are the same in each run: a linear congruential generator. */
function repeatableRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

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
	const outbox: UdpDatagram[] = [];
	const offers: ServerPacket[] = [];
	const dhcpXid = Math.floor(random() * 2 ** 32);
	let pxeXid = dhcpXid;
	let localPort = 1024 + Math.floor(random() * 30_000);
	let choice: Knowledge['choice'];
	let ack: ServerPacket | undefined;
	let asked = 0;
	/** Packets of DHCP sent in this session, for iPXE's and the ROM's way of filling `secs`. */
	let sentPackets = 0;
	/** What is going on: at most one of these. */
	let exchange: Exchange | undefined;
	let menu: { from: ServerPacket; until: number; choice: number } | undefined;
	let fetch: { tftp: TftpFetch; purpose: 'size' | 'read'; server: string; file: string } | undefined;
	let http: { request: HttpRequest; sent: boolean } | undefined;

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
		fetch = undefined;
		http = undefined;
	}

	function end(how: BootEnd, at: number): void {
		idle();
		teller.end(how, at);
	}

	function fail(reason: FailureReason, why: string, at: number, tftpCode?: number): void {
		end({ kind: 'failed', error: firmwareError((profile as BootClientProfile).console, reason, why, tftpCode) }, at);
	}

	function secs(kind: BootRequestKind, waited: number): number {
		switch (identity.profile.secs) {
			case 'elapsed':
				return Math.floor(waited / 1000);
			case 'fours':
				return 4 * sentPackets;
			default: {
				// net/udp/dhcp.c: the number of packets, and whether there is an offer and a proxy's. A new session for
				// boot servers knows of neither.
				if (kind === 'bootServerRequest') return sentPackets << 2;
				const hasOffer = offers.some((offer) => offer.address !== undefined);
				const hasProxy = offers.some((offer) => offer.isPxe && offer.server !== undefined);
				return (sentPackets << 2) | (hasOffer ? 2 : 0) | (hasProxy ? 1 : 0);
			}
		}
	}

	function send(
		kind: BootRequestKind,
		to: UdpEndpoint,
		facts: Partial<RequestFacts>,
		waited: number,
		at: number,
	): void {
		const isDora = kind === 'discover' || kind === 'request';
		const { broadcast, broadcastWhenBound } = identity.profile;
		sentPackets++;
		const bytes = encodeRequest(identity, kind, {
			xid: isDora ? dhcpXid : pxeXid,
			secs: secs(kind, waited),
			broadcast: ack ? broadcastWhenBound : broadcast || (configured && broadcastWhenBound),
			...facts,
		});
		const port = isDora || to.port === ports.server ? ports.client : identity.profile.pxePort;
		post({ from: { address: isDora ? '0.0.0.0' : ownAddress(), port }, to, bytes });
		teller.sent(kind, to, bytes, at);
	}

	function post(datagram: UdpDatagram): void {
		outbox.push(datagram);
	}

	function discover(at: number): void {
		exchange = createExchange(
			{
				waits: identity.profile.discoverWaits,
				port: ports.client,
				xid: dhcpXid,
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
					// iPXE counts how often its timer ran out, not its packets.
					if (step.kind === 'accept' && identity.profile.secs === 'ipxe') sentPackets++;
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
				xid: dhcpXid,
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

	function newPxeXid(isBootServer: boolean): void {
		const habit = identity.profile.pxeXid;
		if (habit === 'new') pxeXid = Math.floor(random() * 2 ** 32);
		else pxeXid = habit === 'same-but-zero-for-boot-servers' && isBootServer ? 0 : dhcpXid;
	}

	function ask(step: Extract<Step, { kind: 'ask' }>, at: number): void {
		asked++;
		newPxeXid(false);
		teller.decided(step.why, at);
		exchange = createExchange(
			{
				waits: identity.profile.pxeWaits,
				port: identity.profile.pxePort,
				xid: pxeXid,
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
		newPxeXid(true);
		sentPackets = identity.profile.secs === 'ipxe' ? 0 : sentPackets;
		teller.decided(`${step.why} at ${target.address} port ${target.port}`, at);
		const onAnswer = (packet: ServerPacket, when: number): Step => {
			if (packet.type !== 'ACK') return { kind: 'wait' };
			if (step.only && !step.only.includes(packet.nextServer ?? packet.server ?? '')) return { kind: 'wait' };
			if (identity.profile.family === 'ipxe' && packet.pxe.bootItem?.type !== step.type) return { kind: 'wait' };
			return rules.onBootServerAnswer(known(when), packet);
		};
		exchange = createExchange(
			{
				waits: identity.profile.pxeWaits,
				port: target.port === ports.server ? ports.client : identity.profile.pxePort,
				xid: pxeXid,
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
		else menu = { from, until: at + timeout * 1000, choice: 0 };
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

	function startTftp(
		server: string,
		file: string,
		purpose: 'size' | 'read',
		size: number | undefined,
		at: number,
	): void {
		const local = { address: ownAddress(), port: localPort++ };
		const { tftp: habits } = identity.profile;
		const tftp = createTftpFetch({ habits, purpose, server, file, local, size, maxBytes: maxFileSize, random }, at);
		if (typeof tftp === 'string') {
			fail('tftp-protocol', `the name can't be asked for: ${tftp}`, at);
			return;
		}
		idle();
		fetch = { tftp, purpose, server, file };
		teller.fetching(purpose === 'size' ? `the size of ${file}` : file, `tftp://${server}`, at);
		pump(at);
	}

	const firstPurpose = (sizeKnown: boolean) => (identity.profile.tftp.sizeRequest && !sizeKnown ? 'size' : 'read');

	/** Collects what the transfer wants to send, and goes on when it has ended. */
	function pump(at: number): void {
		const current = fetch;
		if (!current) return;
		for (let next = current.tftp.next(at); next; next = current.tftp.next(at)) post(next);
		const { result } = current.tftp;
		if (!result) return;
		const { server, file } = current;
		if (result.kind === 'failed') fail(result.reason, `${file}: ${result.why}`, at, result.tftpCode);
		else if (result.kind === 'read') {
			const fetched = { name: file, uri: `tftp://${server}/${file.replace(/^\//, '')}`, bytes: result.bytes };
			teller.fetched(fetched, at);
			end({ kind: 'booted', file: fetched }, at);
		} else if (result.size === undefined) fail('tftp-no-size', `${file}: the server does not tell the size`, at);
		else if (result.size === 0) fail('tftp-size', `${file}: the server says that the file is empty`, at);
		else startTftp(server, file, 'read', result.size, at);
	}

	function startHttp(method: 'HEAD' | 'GET', url: string, at: number): void {
		idle();
		const host = /^https?:\/\/([^/:?#]*)/i.exec(url)?.[1] ?? '';
		// Without the port: so EDK2 sends it.
		http = { request: { method, url, headers: [['Host', host], ...identity.profile.httpHeaders] }, sent: false };
		teller.fetching(method === 'HEAD' ? `the size of ${url}` : url, 'HTTP', at);
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
				teller.decided(`boots ${step.file} from ${step.server}: ${step.why}`, at);
				if (!isIpv4(step.server)) fail('no-server-address', `${step.server} is no IPv4 address`, at);
				else startTftp(step.server, step.file, firstPurpose(step.sizeKnown), undefined, at);
				break;
			case 'http':
				teller.decided(`boots ${step.url}: ${step.why}`, at);
				startHttp(identity.profile.family === 'http' ? 'HEAD' : 'GET', step.url, at);
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
			if (fetch) {
				fetch.tftp.receive(datagram, at);
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
				const { from, choice: index } = menu;
				menu = undefined;
				chooseEntry(from, index, at);
			} else if (fetch && at >= fetch.tftp.deadline) {
				fetch.tftp.expire(at);
				pump(at);
			}
		},

		nextDatagram() {
			return outbox.shift();
		},

		nextHttpRequest() {
			if (!http || http.sent) return undefined;
			http.sent = true;
			return http.request;
		},

		receiveHttp({ status, contentLength, body }, at) {
			if (!http?.sent || teller.ended) return;
			const { method, url } = http.request;
			if (status !== 200) {
				fail('http-failed', `${method} ${url}: ${status === 0 ? 'no answer' : `status ${status}`}`, at);
			} else if (method === 'HEAD') {
				if (contentLength === undefined) fail('http-failed', `HEAD ${url}: the answer has no Content-Length`, at);
				else startHttp('GET', url, at);
			} else if ((body?.length ?? 0) > maxFileSize) fail('http-failed', `GET ${url}: larger than allowed`, at);
			else {
				const file = { name: url, uri: url, bytes: body ?? new Uint8Array(0) };
				teller.fetched(file, at);
				end({ kind: 'booted', file }, at);
			}
		},

		get nextDeadline() {
			if (teller.ended) return Number.POSITIVE_INFINITY;
			return Math.min(
				now + maxTime,
				exchange?.deadline ?? Number.POSITIVE_INFINITY,
				menu?.until ?? Number.POSITIVE_INFINITY,
				fetch?.tftp.deadline ?? Number.POSITIVE_INFINITY,
			);
		},

		get listening() {
			if (fetch) return { address: ownAddress(), ports: [localPort - 1] };
			return { address: ownAddress(), ports: exchange ? [exchange.port] : [] };
		},

		get story() {
			return teller.story;
		},
	};

	discover(now);
	return client;
}
