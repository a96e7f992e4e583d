import type { DhcpEvent, TimelineEvent } from '../../timeline/session.ts';
import { type CheckRow, framesOf, quoted } from './check.ts';
import { bootFileOf, givesAddress, type SessionView, type StageView, saysPxe, serverOf } from './view.ts';

/** UEFI waits this long before it sends DISCOVER again (EDK2 PxeBcImpl.h); iPXE has sent three by then. */
const firstWait = 4;
/** UEFI has listened to all offers of two rounds by then. */
const offersHeard = 10;
/** Switch ports that run spanning tree without portfast stay shut for 30 s or more. */
const lateOffer = 10;

const seconds = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;

export const discoversOf = ({ attempts }: StageView): DhcpEvent[] => attempts.flatMap(({ discovers }) => discovers);
export const offersOf = ({ attempts }: StageView): DhcpEvent[] => attempts.flatMap(({ offers }) => offers);
const requestsOf = ({ attempts }: StageView): DhcpEvent[] => attempts.flatMap(({ requests }) => requests);
const acksOf = ({ attempts }: StageView): DhcpEvent[] => attempts.flatMap(({ acks }) => acks);

/** Whether the client speaks from the address: then it was given to it, whatever the capture lacks. */
function usesAddress(events: readonly TimelineEvent[], address: string | undefined): boolean {
	return events.some(
		(event) =>
			(event.type === 'arp' && event.purpose === 'who-has' && event.asker === address) ||
			((event.type === 'tcp' || event.type === 'dns') && event.from.address === address) ||
			(event.type === 'http' && event.exchange.client.address === address) ||
			('packet' in event && event.packet.op === 1 && event.packet.ciaddr === address),
	);
}

/** Whether the packet gives something to boot: a file, or an invitation to ask (option 60 PXEClient). */
export const leadsToBoot = (event: DhcpEvent): boolean => bootFileOf(event) !== '' || saysPxe(event);

/** All packets of servers in the stage that may say what to boot. */
const repliesOf = ({ dhcp }: StageView): DhcpEvent[] => dhcp.filter(({ packet }) => packet.op === 2);

const addressServers = (offers: readonly DhcpEvent[]): string[] => [
	...new Set(offers.filter(givesAddress).map(serverOf)),
];

const list = (names: readonly string[]): string => names.join(' and ');

function* stagesThatSearch(view: SessionView): Generator<{ stage: StageView; waited: number; discovers: DhcpEvent[] }> {
	for (const stage of view.stages) {
		const discovers = discoversOf(stage);
		if (discovers.length > 0) yield { stage, discovers, waited: view.secondsSince(discovers[0]?.time) };
	}
}

/** From the DISCOVER to the ACK. */
export const offerChecks: readonly CheckRow[] = [
	{
		code: 'no-offer',
		ofSilence: true,
		severity: 'error',
		title: 'No server offers an address',
		sign: 'DISCOVERs, and not one OFFER.',
		why: 'Without an address a client can fetch nothing.',
		advice:
			'See that the DHCP server hears the client: same VLAN, or a relay (ip helper) for this one; the switch port forwards at once (portfast); the pool has free addresses; no firewall on UDP 67 and 68. Capture on the server too: if the DISCOVER arrives there, read the server’s log.',
		source: 'PXE 2.1 section 2.2; EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcBoot.c',
		reasons: ['no-offer'],
		*find(view) {
			for (const { stage, discovers, waited } of stagesThatSearch(view)) {
				if (offersOf(stage).length + requestsOf(stage).length + acksOf(stage).length > 0 || waited < firstWait)
					continue;
				const sent = discovers.reduce((sum, event) => sum + Math.max(1, event.frames.length), 0);
				yield {
					frames: framesOf(...discovers),
					seen: `${sent} DISCOVER${sent === 1 ? '' : 's'} in ${seconds(waited)}, and no server answered`,
					...(stage.handedOver ? { severity: 'warning' } : { stage }),
				};
			}
		},
	},
	{
		code: 'late-offer',
		severity: 'warning',
		title: 'The first offer comes late',
		sign: `DISCOVERs without an answer for ${lateOffer} s or more, and then an OFFER.`,
		why: 'Most firmware gives up within a minute, some after a few seconds; then the same machine boots at times, and at times not.',
		advice:
			'Let the switch port forward at once (portfast, edge port), or look for what makes the DHCP server slow: a ping check, a full pool.',
		source: 'EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcImpl.h (4, 8, 16, 32 s); IEEE 802.1D',
		*find(view) {
			for (const { stage, discovers } of stagesThatSearch(view)) {
				const [offer] = offersOf(stage).filter(givesAddress);
				const start = discovers[0]?.time;
				if (offer?.time === undefined || start === undefined) continue;
				const waited = Number(offer.time - start) / 1e9;
				if (waited < lateOffer) continue;
				yield {
					frames: framesOf(...discovers.slice(0, 1), offer),
					seen: `the first offer of an address came ${seconds(waited)} after the first DISCOVER`,
				};
			}
		},
	},
	{
		code: 'proxy-only',
		severity: 'error',
		title: 'Only a proxy answers: nobody gives an address',
		sign: 'OFFERs without an address (yiaddr 0.0.0.0) and with option 60 PXEClient, and none with an address.',
		why: 'A proxyDHCP server says what to boot. The address has to come from a DHCP server.',
		advice:
			'Start the DHCP server of this network, or see why it does not hear or does not serve this client (VLAN, relay, pool, a list of known machines).',
		source: 'PXE 2.1 section 2.2.1; EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcDhcp4.c',
		reasons: ['proxy-only'],
		*find(view) {
			for (const { stage, waited } of stagesThatSearch(view)) {
				const offers = offersOf(stage);
				if (offers.length === 0 || offers.some(givesAddress) || waited < firstWait) continue;
				if (requestsOf(stage).length + acksOf(stage).length > 0) continue;
				const proxies = [...new Set(offers.map(serverOf))];
				yield { frames: framesOf(...offers), seen: `only ${list(proxies)} answered, and without an address`, stage };
			}
		},
	},
	{
		code: 'offer-not-taken',
		severity: 'error',
		title: 'The client takes no offer',
		sign: 'One server offers an address and something to boot, and the client sends no REQUEST.',
		why: 'The client drops the offer, or finds nothing in it that it can use.',
		advice:
			'Look at the other findings about this OFFER. Let one server give the address, the next-server and the file name in one OFFER, without options 43 and 60.',
		source: 'EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcDhcp4.c (PxeBcSelectOffer)',
		reasons: ['no-usable-offer'],
		find: (view) => refusedOffers(view, (servers) => servers.length === 1),
	},
	{
		code: 'two-offers-no-request',
		severity: 'error',
		title: 'Several servers offer, and the client takes none',
		sign: 'OFFERs of two or more servers, no REQUEST, and nothing on port 4011.',
		why: 'Some firmware can’t put an address from one server and a boot file from another together.',
		advice:
			'Try a single server that gives address, next-server and file name in one OFFER. Where the DHCP server can’t be changed, let the proxy send option 60 PXEClient and its own siaddr, and answer on port 4011.',
		source: 'garybowers/bootimus#77; EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcDhcp4.c (PxeBcSelectOffer)',
		reasons: ['no-usable-offer'],
		find: (view) => refusedOffers(view, (servers) => servers.length > 1),
	},
	{
		code: 'no-ack',
		ofSilence: true,
		severity: 'error',
		title: 'The REQUEST is not answered',
		sign: 'A REQUEST for an offered address, and neither ACK nor NAK.',
		why: 'The address is the client’s only when the server has confirmed it.',
		advice:
			'Read the DHCP server’s log: with fail-over or two servers, the wrong one may have been asked; the lease database may not be writable.',
		source: 'RFC 2131 section 3.1',
		reasons: ['no-ack'],
		*find(view) {
			for (const { stage, attempts } of view.stages.map((stage) => ({ stage, attempts: stage.attempts }))) {
				for (const { requests, acks, naks } of attempts) {
					const last = requests.at(-1);
					if (!last || acks.length + naks.length > 0 || stage.handedOver || stage.files.length > 0) continue;
					if (view.secondsSince(requests[0]?.time) < firstWait) continue;
					if (usesAddress(stage.events, last.packet.options.tryGet('requestedIpAddress'))) continue;
					const server = last.packet.options.tryGet('serverIdentifier');
					const seen = `the client asked ${server ?? 'a server'} for ${last.packet.options.tryGet('requestedIpAddress') ?? 'an address'}, and got no answer`;
					// The address of a renewal is in use, and so is that of a client that talks to others.
					if (last.packet.ciaddr === '0.0.0.0' && acksOf(stage).length === 0)
						yield { frames: framesOf(...requests), seen, stage };
				}
			}
		},
	},
	{
		code: 'nak',
		severity: 'error',
		title: 'The server refuses the address',
		sign: 'A NAK.',
		why: 'The client has to begin again; many boot ROMs give up instead.',
		advice:
			'Two DHCP servers that do not know each other’s leases are the usual reason, or a lease that is left from another network. Stop one, or clear the lease.',
		source: 'RFC 2131 section 3.1',
		reasons: ['no-ack'],
		*find({ stages }) {
			for (const stage of stages) {
				for (const { naks } of stage.attempts) {
					for (const nak of naks) {
						const recovered = acksOf(stage).some(
							(ack) => ack.time !== undefined && nak.time !== undefined && ack.time > nak.time,
						);
						const seen = `${serverOf(nak)} refused the address that the client asked for`;
						yield { frames: nak.frames, seen, ...(recovered || stage.handedOver ? { severity: 'info' } : { stage }) };
					}
				}
			}
		},
	},
	{
		code: 'two-dhcp-servers',
		severity: 'warning',
		title: 'Two DHCP servers offer addresses',
		sign: 'OFFERs with an address from servers with different option 54.',
		why: 'The client takes the one that it likes or that comes first: what it boots changes from time to time.',
		advice:
			'Switch one off, or make both say the same about booting. A router or a virtual machine host that also serves DHCP is the usual second one.',
		source: 'RFC 2131 section 3.1',
		*find(view) {
			for (const { attempts } of view.stages) {
				for (const { offers } of attempts) {
					const servers = addressServers(offers);
					if (servers.length < 2) continue;
					yield { frames: framesOf(...offers.filter(givesAddress)), seen: `${list(servers)} both offered an address` };
				}
			}
		},
	},
	{
		code: 'rogue-offer-race',
		severity: 'error',
		title: 'The DHCP server that knows nothing of booting won',
		sign: 'Two OFFERs with an address, the one with a boot file and the other without; the client asks for the other.',
		why: 'Most clients boot with what the chosen server says, and do not look at the other’s file name.',
		advice:
			'Switch off the server that does not belong here, or give it next-server and file name too. If it must stay, use a proxyDHCP server: its offers are taken beside any DHCP server’s.',
		source: 'RFC 2131 section 4.4.1; PXE 2.1 section 2.2.1',
		reasons: ['no-boot-file'],
		*find(view) {
			for (const stage of view.stages) {
				for (const { offers, requests } of stage.attempts) {
					const chosen = requests.at(-1)?.packet.options.tryGet('serverIdentifier');
					const ours = offers.filter((offer) => givesAddress(offer) && serverOf(offer) === chosen);
					const others = offers.filter(
						(offer) => serverOf(offer) !== chosen && givesAddress(offer) && bootFileOf(offer) !== '',
					);
					if (
						ours.length === 0 ||
						others.length === 0 ||
						repliesOf(stage).some((reply) => serverOf(reply) === chosen && leadsToBoot(reply))
					)
						continue;
					if (offers.some((offer) => !givesAddress(offer)) || stage.succeeded) continue;
					yield {
						frames: framesOf(...ours, ...others, requests.at(-1)),
						seen: `the client chose ${chosen}, which names no boot file; ${list(addressServers(others))} had named ${quoted(bootFileOf(others[0] as DhcpEvent))}`,
						stage,
					};
				}
			}
		},
	},
	{
		code: 'no-filename',
		severity: 'error',
		title: 'Nobody names a boot file',
		sign: 'An OFFER or ACK with an address, with no name in the file field or in option 67, and no offer of a proxy.',
		why: 'The client has an address and does not know what to fetch.',
		advice:
			'Name the file in the DHCP server (filename, or option 67 and next-server), or start the proxyDHCP server. If the server is set up so, see that its condition matches this client: option 60 and 93 in the DISCOVER, 67 in the list of option 55.',
		source: 'EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcBoot.c (EFI_NOT_FOUND); PXE 2.1 section 2.2',
		reasons: ['no-boot-file', 'no-usable-offer'],
		*find(view) {
			for (const stage of view.stages) {
				const replies = repliesOf(stage).filter(givesAddress);
				const [first] = replies;
				const boots =
					stage.client !== undefined && stage.console !== 'u-boot' && stage.files.length === 0 && !stage.handedOver;
				if (!first || !boots || repliesOf(stage).some(leadsToBoot)) continue;
				const taken = acksOf(stage).length > 0;
				// Whoever takes an address has waited for proxies before that; iPXE gives up at the ACK.
				const ended = taken && stage.console === 'ipxe';
				if (!ended && view.secondsSince(acksOf(stage)[0]?.time ?? first.time) < firstWait) continue;
				yield {
					frames: framesOf(...replies),
					seen: `${list(addressServers(replies))} gave an address and named no boot file, and nobody else did`,
					stage,
					// UEFI takes no such offer at all; HTTP boot neither.
					...(!taken && { reason: 'no-usable-offer' }),
				};
			}
		},
	},
	{
		code: 'address-in-use',
		severity: 'error',
		title: 'Another machine has the address',
		sign: 'The client sends DECLINE, or two machines answer ARP for one address.',
		why: 'Answers go to the other machine, and the boot hangs at some place or other.',
		advice: 'Find the machine by its hardware address, and take its address out of the pool or give it another.',
		source: 'RFC 2131 section 4.4.1; RFC 5227 section 2.1',
		*find(view) {
			for (const event of view.dhcp.filter(({ type }) => type === 'decline')) {
				const address = event.packet.options.tryGet('requestedIpAddress') ?? 'the address';
				yield { frames: event.frames, seen: `the client declined ${address}: it is in use` };
			}
			for (const event of view.arp) {
				const owners = [...new Set(event.answers)];
				const others = owners.filter((mac) => mac !== view.session.client.mac);
				const taken = event.purpose === 'probe' ? others.length > 0 : owners.length > 1;
				if (taken) yield { frames: event.frames, seen: `${list(owners)} answered for ${event.address}` };
			}
		},
	},
];

function* refusedOffers(view: SessionView, applies: (servers: readonly string[]) => boolean) {
	for (const { stage } of stagesThatSearch(view)) {
		const offers = offersOf(stage);
		const first = offers.find(givesAddress);
		const servers = [...new Set(offers.map(serverOf))];
		if (!first || stage.handedOver || !offers.some(leadsToBoot) || !applies(servers)) continue;
		if (requestsOf(stage).length + acksOf(stage).length + stage.files.length > 0) continue;
		const waited = view.secondsSince(first.time);
		if (waited < offersHeard) continue;
		yield {
			frames: framesOf(...offers),
			seen: `${list(servers)} made ${offers.length} offer${offers.length === 1 ? '' : 's'}, and in ${seconds(waited)} the client asked for none`,
			stage,
		};
	}
}
