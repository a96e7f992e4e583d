import { DhcpOptions, type DhcpOptionsInit, type DhcpPacket, decodeDhcp, encodeDhcp, replyTo } from '../dhcp/index.ts';
import type { DhcpResponder, ProxyDhcp } from '../pxe/index.ts';
import {
	createSender,
	decodeTftp,
	encodeTftp,
	type NegotiationPolicy,
	negotiateTftp,
	type TftpPacket,
	type TftpSender,
	tftpErrorCode,
	tftpErrorText,
} from '../tftp/index.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { DecodeError } from '../wire/errors.ts';
import { broadcastAddress, ports, type UdpDatagram } from './endpoint.ts';
import type { SimulatedServer } from './simulate-boot.ts';

function decoded<Packet>(decode: (bytes: Uint8Array) => Packet, bytes: Uint8Array): Packet | undefined {
	try {
		return decode(bytes);
	} catch (error) {
		if (error instanceof DecodeError) return undefined;
		throw error;
	}
}

/**
 * Puts a responder on the simulated network, on ports 67 and 4011: one made with `createProxyDhcp` or
 * `createDhcpResponder`.
 *
 * @param address the machine's; the same as the responder's `serverAddress`
 * @example
 * ```ts
 * import { simulateBoot, simulatedResponder, simulatedTftp } from 'pxekit/client';
 * import { createDhcpResponder } from 'pxekit/pxe';
 *
 * // One server for all: addresses, what to boot, and the file.
 * const responder = createDhcpResponder({
 *   serverAddress: '10.0.0.1',
 *   networks: [{ subnet: '10.0.0.0/24', pool: [{ from: '10.0.0.50', to: '10.0.0.99' }] }],
 *   boot: () => ({ file: 'undionly.kpxe' }),
 * });
 * const story = await simulateBoot({
 *   profile: 'ipxe-bios',
 *   mac: '52:54:00:12:34:56',
 *   servers: [
 *     simulatedResponder(responder, '10.0.0.1'),
 *     simulatedTftp({ address: '10.0.0.1', files: { 'undionly.kpxe': 'x' } }),
 *   ],
 * });
 * story.end?.kind; // => 'booted'
 * ```
 */
export function simulatedResponder(responder: ProxyDhcp | DhcpResponder, address: string): SimulatedServer {
	return {
		address,
		async receive({ from, to, bytes }, now) {
			if (to.port !== ports.server && to.port !== ports.pxe) return [];
			const request = decoded(decodeDhcp, bytes);
			if (!request) return [];
			const received = { port: to.port, source: from, unicast: to.address === address };
			const answer = await responder.respond(request, received, now);
			if (answer.ignored !== undefined) return [];
			return [{ from: { address, port: to.port }, to: answer.destination, bytes: answer.bytes }];
		},
	};
}

/** What a simulated DHCP server gives. */
export interface SimulatedDhcpOptions {
	readonly address: string;
	/** The one address that it gives to whoever asks. */
	readonly clientAddress: string;
	/** `siaddr`; none by default. */
	readonly nextServer?: string | undefined;
	/** The `file` field; none by default. */
	readonly file?: string | undefined;
	/** More options for OFFER and ACK. */
	readonly options?: DhcpOptionsInit | undefined;
}

/**
 * A DHCP server for the simulated network, as plain as a router's: one address, and what else you tell it. It keeps no
 * leases.
 */
export function simulatedDhcp(settings: SimulatedDhcpOptions): SimulatedServer {
	const { address, clientAddress, nextServer, file, options = {} } = settings;
	const answer = (request: DhcpPacket, messageType: 'OFFER' | 'ACK'): UdpDatagram => {
		const said = DhcpOptions.from({
			messageType,
			serverIdentifier: address,
			ipAddressLeaseTime: 3600,
			subnetMask: '255.255.255.0',
		});
		const reply = replyTo(request, { yiaddr: clientAddress, siaddr: nextServer, file, options: said.with(options) });
		const to = { address: (request.flags & 0x8000) === 0 ? clientAddress : broadcastAddress, port: ports.client };
		return { from: { address, port: ports.server }, to, bytes: encodeDhcp(reply) };
	};
	return {
		address,
		receive({ to, bytes }) {
			const request = to.port === ports.server ? decoded(decodeDhcp, bytes) : undefined;
			const type = request?.options.tryGet('messageType');
			if (request?.op !== 1) return [];
			if (type === 'DISCOVER') return [answer(request, 'OFFER')];
			const chosen = request.options.tryGet('serverIdentifier');
			return type === 'REQUEST' && chosen === address ? [answer(request, 'ACK')] : [];
		},
	};
}

/** What a simulated TFTP server holds. */
export interface SimulatedTftpOptions {
	readonly address: string;
	/** By name; a slash at the start of a name does not matter. */
	readonly files: Readonly<Record<string, Uint8Array | string>>;
	readonly policy?: NegotiationPolicy | undefined;
}

/** A TFTP server for the simulated network, of the sender that real sockets are served with. */
export function simulatedTftp({ address, files, policy }: SimulatedTftpOptions): SimulatedServer {
	const withoutSlash = (name: string) => name.replace(/^\/+/, '');
	const contents = new Map(
		Object.entries(files).map(([name, content]) => [
			withoutSlash(name),
			typeof content === 'string' ? new TextEncoder().encode(content) : content,
		]),
	);
	const transfers = new Map<number, { sender: TftpSender; peer: Endpoint }>();
	let nextPort = 40_000;

	function flush(port: number, now: number): UdpDatagram[] {
		const transfer = transfers.get(port);
		const datagrams: UdpDatagram[] = [];
		if (!transfer) return datagrams;
		const { sender, peer } = transfer;
		for (let packet = sender.nextPacket(now); packet; packet = sender.nextPacket(now)) {
			datagrams.push({ from: { address, port }, to: peer, bytes: encodeTftp(packet) });
		}
		if (sender.closed) transfers.delete(port);
		return datagrams;
	}

	function open(request: Extract<TftpPacket, { kind: 'rrq' | 'wrq' }>, peer: Endpoint, now: number): UdpDatagram[] {
		const port = nextPort++;
		const content = contents.get(withoutSlash(request.filename));
		const refusal = request.kind === 'wrq' ? 'accessViolation' : content ? undefined : 'fileNotFound';
		if (refusal || !content) {
			const error = refusal ?? 'fileNotFound';
			const bytes = encodeTftp({ kind: 'error', code: tftpErrorCode(error), message: tftpErrorText(error) });
			return [{ from: { address, port }, to: peer, bytes }];
		}
		const { terms, granted } = negotiateTftp(request, policy, content.length);
		const opening = granted.length > 0 ? ({ kind: 'oack', options: granted } as const) : undefined;
		const sizeAsked = request.options.some(({ name }) => name.toLowerCase() === 'tsize');
		transfers.set(port, { sender: createSender({ opening, terms, sizeAsked, content }, now), peer });
		return flush(port, now);
	}

	return {
		address,
		receive({ from, to, bytes }, now) {
			const packet = decoded(decodeTftp, bytes);
			if (!packet) return [];
			if (packet.kind === 'rrq' || packet.kind === 'wrq') return to.port === ports.tftp ? open(packet, from, now) : [];
			transfers.get(to.port)?.sender.receive(packet, now);
			return flush(to.port, now);
		},
		get nextDeadline() {
			return Math.min(Number.POSITIVE_INFINITY, ...Array.from(transfers.values(), ({ sender }) => sender.nextDeadline));
		},
		expire(now) {
			return [...transfers].flatMap(([port, { sender }]) => {
				if (sender.nextDeadline <= now) sender.expire(now);
				return flush(port, now);
			});
		},
	};
}
