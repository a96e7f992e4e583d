import type { RemoteInfo } from 'node:dgram';
import { channel } from 'node:diagnostics_channel';
import { checkPolicy } from '../tftp/negotiation.ts';
import { decodeTftp, encodeTftp, type TftpPacket, type TftpRequestPacket } from '../tftp/packet.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { createDeadlines } from './deadlines.ts';
import { createPacketMemory } from './packet-memory.ts';
import { quietly } from './quietly.ts';
import { createAdmission } from './tftp-admission.ts';
import { type TftpEvent, tftpDiagnosticsChannel } from './tftp-events.ts';
import { openListeners, type TftpListener } from './tftp-listeners.ts';
import { createServedTransfer, type ServedTransfer, type ServerContext } from './tftp-served-transfer.ts';
import { checkServerOptions, type TftpServer, type TftpServerOptions } from './tftp-server-options.ts';
import { firstSource, type TftpSource } from './tftp-source.ts';

/** A repeat of a request that comes this soon after a packet of its transfer was under way longer than that. */
const staleRepeat = 1_000;

/**
 * Serves files over TFTP (RFC 1350, 2347, 2348, 2349, 7440).
 *
 * @returns a promise of the server, which listens already
 * @throws a `PxekitError`: `no-permission`, `port-in-use`, `no-such-address`, `bad-option` or `bad-policy`
 * @example
 * ```ts
 * import { serveTftp, tftpGet, virtualFiles } from 'pxekit/node';
 *
 * const source = virtualFiles({ 'boot.ipxe': '#!ipxe\nshell\n' });
 * const server = await serveTftp({ address: '127.0.0.1', port: 0, source });
 * const { port } = server.addresses[0]!;
 * const bytes = await tftpGet({ address: '127.0.0.1', port, filename: 'boot.ipxe' });
 * new TextDecoder().decode(bytes); // => '#!ipxe\nshell\n'
 * await server.close();
 * ```
 */
export async function serveTftp(options: TftpServerOptions): Promise<TftpServer> {
	checkServerOptions(options);
	checkPolicy(options);
	options.signal?.throwIfAborted();
	const transfers = new Map<string, ServedTransfer>();
	const emit = emitterOf(options.onEvent);
	const admission = createAdmission(options);
	const { source } = options;
	const context: ServerContext = {
		options,
		source: Array.isArray(source) ? firstSource(...(source as readonly TftpSource[])) : (source as TftpSource),
		emit,
		isObserved: () => options.onEvent !== undefined || channel(tftpDiagnosticsChannel).hasSubscribers,
		deadlines: createDeadlines(),
		memory: createPacketMemory(),
	};
	let transferCount = 0;

	function onDatagram(listener: TftpListener, bytes: Uint8Array, from: RemoteInfo): void {
		const client: Endpoint = { address: from.address, port: from.port };
		const key = `${listener.local.address} ${from.address} ${from.port}`;
		let packet: TftpPacket;
		try {
			packet = decodeTftp(bytes);
		} catch {
			const isRequest = bytes.length >= 2 && bytes[0] === 0 && (bytes[1] === 1 || bytes[1] === 2);
			if (isRequest) listener.send(encodeTftp({ kind: 'error', code: 4, message: 'Malformed request' }), client);
			emit({ type: 'ignored', client, local: listener.local, reason: isRequest ? 'malformed-request' : 'not-tftp' });
			return;
		}
		// A client that gives up before it has heard from the transfer's own port says so here.
		const transfer = options.singlePort || packet.kind === 'error' ? transfers.get(key) : undefined;
		if (packet.kind === 'rrq' || packet.kind === 'wrq') onRequest(listener, packet, client, key);
		else if (transfer) transfer.receive(packet);
		else emit({ type: 'ignored', client, local: listener.local, reason: 'no-transfer' });
	}

	function onRequest(listener: TftpListener, packet: TftpRequestPacket, client: Endpoint, key: string): void {
		const earlier = transfers.get(key);
		if (earlier) {
			const isRepeat = !earlier.ended && sameRequest(earlier.packet, packet);
			if (isRepeat && (!earlier.proven || earlier.silentFor < staleRepeat)) {
				earlier.repeat();
				return;
			}
			// Ports are used again quickly: the client has moved on.
			earlier.replace();
		}
		const transfer = createServedTransfer({ id: ++transferCount, listener, packet, client }, context);
		transfers.set(key, transfer);
		admission.admit({
			address: client.address,
			start: (release) =>
				transfer.start(() => {
					if (transfers.get(key) === transfer) transfers.delete(key);
					release();
				}),
			refuse(limit, action) {
				if (action !== 'queue') transfers.delete(key);
				transfer.busy(limit, action);
			},
			forget() {
				if (transfers.get(key) === transfer) transfers.delete(key);
			},
			get wanted() {
				return transfers.get(key) === transfer;
			},
		});
	}

	const listeners = await openListeners(addressesOf(options), options.port ?? 69, options.capture, {
		onDatagram,
		onError: (listener, error) => emit({ type: 'socket-error', local: listener.local, error }),
	});

	let closed: Promise<void> | undefined;
	function close(): Promise<void> {
		closed ??= (async () => {
			options.signal?.removeEventListener('abort', close);
			admission.close();
			for (const transfer of [...transfers.values()]) transfer.stop();
			await Promise.all(listeners.map((listener) => listener.close()));
		})();
		return closed;
	}
	options.signal?.addEventListener('abort', close, { once: true });
	if (options.signal?.aborted) {
		await close();
		options.signal.throwIfAborted();
	}

	return {
		addresses: listeners.map((listener) => listener.local),
		get activeTransfers() {
			return admission.active;
		},
		close,
		[Symbol.asyncDispose]: close,
	};
}

function addressesOf({ address, addresses }: TftpServerOptions): readonly string[] {
	if (address !== undefined) return [address];
	return addresses ?? ['0.0.0.0', '::'];
}

function sameRequest(a: TftpRequestPacket, b: TftpRequestPacket): boolean {
	const text = ({ kind, filename, mode, options }: TftpRequestPacket) =>
		JSON.stringify([kind, filename, mode, options]);
	return text(a) === text(b);
}

function emitterOf(onEvent: TftpServerOptions['onEvent']): (event: TftpEvent) => void {
	const diagnostics = channel(tftpDiagnosticsChannel);
	return (event) => {
		if (diagnostics.hasSubscribers) diagnostics.publish(event);
		quietly(() => onEvent?.(event));
	};
}
