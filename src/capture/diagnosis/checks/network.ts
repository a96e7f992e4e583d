import { PxekitError } from '../../../wire/errors.ts';
import { parseIpv4 } from '../../../wire/ipv4.ts';
import type { HttpEvent, OtherEvent } from '../../timeline/session.ts';
import { type CheckRow, framesOf, type Occurrence, quoted, unlessWentOn } from './check.ts';
import { bootFileOf, type SessionView } from './view.ts';

/** An IPv4 address as a number; `undefined` for all else. */
function numberOf(address: string): number | undefined {
	try {
		return parseIpv4(address).reduce((sum, byte) => sum * 256 + byte, 0);
	} catch (error) {
		if (error instanceof PxekitError) return undefined;
		throw error;
	}
}

function isInNet(address: string, other: string, mask: string): boolean {
	const [a, b, m] = [address, other, mask].map(numberOf);
	return a === undefined || b === undefined || m === undefined || (a & m) >>> 0 === (b & m) >>> 0;
}

const hostAndPort = ({ to }: OtherEvent): string => `${to.address} ${to.port}`;

const noAnswer: readonly string[] = ['port-unreachable', 'host-unreachable', 'network-unreachable', 'prohibited'];

/** Addresses, routes, and hosts that can't be reached. */
export const networkChecks: readonly CheckRow[] = [
	{
		code: 'arp-unanswered',
		ofSilence: true,
		severity: 'error',
		title: 'Nobody has the server’s or the router’s address',
		sign: 'ARP requests of the client for the next server, or for the router to it, without an answer.',
		why: 'No packet can be sent to a host whose hardware address is not known.',
		advice:
			'Correct next-server (siaddr) or the router (option 3); see that the host is up and in the same VLAN. A server in another net needs a router and the right subnet mask.',
		source: 'RFC 826; vendors’ lists of PXE errors (PXE-E11)',
		reasons: ['arp-silent'],
		*find(view) {
			const own = view.session.client.addresses;
			for (const event of view.arp) {
				if (event.purpose !== 'who-has' || event.answers.length > 0 || !own.includes(event.asker)) continue;
				if (event.requests < 2 || view.secondsSince(event.time) < 3) continue;
				const stage = view.stageOf(event);
				const seen = `the client asked ${event.requests} times who has ${event.address}, and nobody answered`;
				yield { frames: event.frames, seen, ...(stage?.wentOn ? { severity: 'warning' } : { stage }) };
			}
		},
	},
	{
		code: 'icmp-unreachable',
		severity: 'error',
		title: 'The server’s port can’t be reached',
		sign: 'ICMP unreachable in answer to a read request, or to a request on port 4011.',
		why: 'No program listens there, or a firewall turns the packet away.',
		advice: 'Start the service on that host and address (69 is TFTP, 4011 the PXE service), or open the firewall.',
		source: 'RFC 792; EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcBoot.c (EFI_ICMP_ERROR)',
		reasons: ['icmp-error', 'proxy-silent'],
		*find(view) {
			const own = view.session.client.addresses;
			for (const event of view.icmp) {
				const { kind, source, destination, destinationPort } = event.error;
				// A client that has all it wants answers late packets in this way: that is no fault.
				if (!noAnswer.includes(kind) || (source !== undefined && own.length > 0 && !own.includes(source))) continue;
				if (source === undefined && !own.includes(event.to)) continue;
				const stage = view.stageOf(event);
				const port = destinationPort === undefined ? '' : ` port ${destinationPort}`;
				const seen = `${event.from} said ${kind} of ${destination ?? 'a host'}${port}`;
				// UEFI looks at the error of its downloads alone: from port 4011 it just hears nothing.
				const reason = destinationPort === 4011 ? ('proxy-silent' as const) : undefined;
				yield { frames: event.frames, seen, ...(stage?.wentOn ? { severity: 'warning' } : { stage, reason }) };
			}
		},
	},
	{
		code: 'mtu-too-small',
		severity: 'warning',
		title: 'A link on the way takes only smaller packets',
		sign: 'ICMP “fragmentation needed”.',
		why: 'Packets with don’t-fragment set are lost there; transfers stop at their first full block.',
		advice: 'Use a smaller block size (1024 or 512), or a larger MTU on tunnels and VLANs between server and client.',
		source: 'RFC 1191 section 3; RFC 2348',
		find: ({ icmp }) =>
			icmp
				.filter(({ error }) => error.kind === 'fragmentation-needed')
				.map(({ error, frames, from }) => ({
					frames,
					seen: `${from} lets only packets of ${error.mtu ?? 'fewer'} bytes through`,
				})),
	},
	{
		code: 'server-behind-no-router',
		severity: 'error',
		title: 'The server is in another net, and there is no router',
		sign: 'A reply with a next server outside of the subnet mask’s net, and without option 3.',
		why: 'The client has no way to it; some ask ARP for it all the same, and get no answer.',
		advice: 'Send the router in option 3, or correct the subnet mask (option 1) or next-server.',
		source: 'RFC 1122 section 3.3.1',
		reasons: ['arp-silent'],
		*find(view) {
			for (const stage of view.stages) {
				for (const reply of stage.dhcp) {
					const { yiaddr, siaddr, options } = reply.packet;
					const mask = options.tryGet('subnetMask');
					if (reply.type !== 'ack' || mask === undefined || siaddr === '0.0.0.0' || bootFileOf(reply) === '') continue;
					if (options.has('router') || isInNet(yiaddr, siaddr, mask)) continue;
					const seen = `${yiaddr} with mask ${mask} is to fetch from ${siaddr}, without a router`;
					yield { frames: reply.frames, seen, ...unlessWentOn(stage) };
				}
			}
		},
	},
	{
		code: 'http-error',
		severity: 'error',
		title: 'The web server refuses the file',
		sign: 'An HTTP answer with status 400 or more.',
		why: 'The URL is wrong, or the file may not be read.',
		advice:
			'Fetch the URL with curl from another machine. Mind upper and lower case, and host names that the server knows it by.',
		source: 'RFC 9110 section 15.5',
		reasons: ['http-failed'],
		find: (view) =>
			view.http.flatMap((event) => {
				const { status, reason, url } = event.exchange;
				if (status === undefined || status < 400) return [];
				return [httpFailure(view, event, `${quoted(url)} was answered with ${status} ${reason ?? ''}`.trim())];
			}),
	},
	{
		code: 'http-no-answer',
		ofSilence: true,
		severity: 'error',
		title: 'The web server does not answer, or stops in the middle',
		sign: 'An HTTP request without an answer, or an answer that breaks off.',
		why: 'Nothing comes back to load, or not all of it.',
		advice:
			'See that the web server runs on that port, and that the firewall lets it through. Look into its log for an answer that broke off.',
		source: 'RFC 9293 section 3.10; RFC 9112',
		reasons: ['http-failed'],
		find: (view) =>
			view.http.flatMap((event) => {
				const { outcome, reset, url, bytes, end } = event.exchange;
				if (outcome !== 'unanswered' && outcome !== 'incomplete') return [];
				if (!reset && view.secondsSince(end) < 10) return [];
				const what = outcome === 'unanswered' ? 'nothing came' : `the answer broke off after ${bytes} bytes`;
				return [httpFailure(view, event, `${quoted(url)} was asked for, and ${what}`)];
			}),
	},
	{
		code: 'tcp-no-connection',
		ofSilence: true,
		severity: 'error',
		title: 'A connection is refused or not answered',
		sign: 'SYNs of the client without an answer, or answered by RST.',
		why: 'The program is not there: a web server, an iSCSI target.',
		advice: 'Start the service on that port, or correct the address; look at the firewall.',
		source: 'RFC 9293 section 3.5',
		find(view) {
			const opened = new Set(view.other.filter(({ type, answered }) => type === 'tcp' && answered).map(hostAndPort));
			return view.other.flatMap((event): Occurrence[] => {
				if (event.type !== 'tcp' || !['refused', 'unanswered'].includes(event.summary)) return [];
				const refused = event.summary === 'refused';
				if (!refused && view.secondsSince(event.time) < 5) return [];
				const later = opened.has(hostAndPort(event));
				const stage = view.stageOf(event);
				const seen = `${event.to.address} port ${event.to.port}: the connection was ${refused ? 'refused' : 'not answered'}`;
				const severity = later || stage?.handedOver ? 'info' : stage?.stage.kind === 'kernel' ? 'warning' : 'error';
				return [{ frames: framesOf(event), seen, severity }];
			});
		},
	},
];

function httpFailure(view: SessionView, event: HttpEvent, seen: string): Occurrence {
	const stage = view.stageOf(event);
	const coped = stage?.handedOver || (stage?.lastWhole ?? 0n) > (event.time ?? 0n);
	return { frames: event.frames, seen, ...(coped ? { severity: 'info' } : { stage }) };
}
