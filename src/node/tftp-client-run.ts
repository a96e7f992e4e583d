import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import { tftpErrorCode, tftpErrorText } from '../tftp/error-codes.ts';
import { decodeTftp, encodeTftp, type TftpPacket } from '../tftp/packet.ts';
import type { TftpMachine } from '../tftp/transfer.ts';
import { PxekitError } from '../wire/errors.ts';
import { createDeadlines } from './deadlines.ts';
import { createPacketMemory } from './packet-memory.ts';
import type { ClientSettings } from './tftp-client-options.ts';
import { createDrive, type Drive } from './tftp-drive.ts';
import type { Feed } from './tftp-feed.ts';
import { closeUdpSocket, openUdpSocket } from './udp-socket.ts';

/** A transfer of a client that has failed. `code` is `peer-error`, `no-answer`, `not-confirmed` or `protocol`. */
export class TftpTransferError extends PxekitError {
	override readonly name: string = 'TftpTransferError';
	/** Who ended it. */
	readonly by: 'peer' | 'silence' | 'us' | 'application';
	/** The number of the ERROR that the server sent, or that it was sent. */
	readonly tftpCode: number | undefined;

	constructor(code: string, message: string, by: TftpTransferError['by'], tftpCode?: number) {
		super(code, message);
		this.by = by;
		this.tftpCode = tftpCode;
	}
}

interface FeedHooks {
	readonly step: () => void;
	readonly fail: (error: unknown) => void;
}

/** Runs a client's state machine to its end. Resolves when it has succeeded; late packets are still answered after that. */
export async function runClient(
	settings: ClientSettings,
	machine: TftpMachine & { readonly terms: { readonly size?: number | undefined } },
	createFeed: (hooks: FeedHooks) => Feed,
): Promise<void> {
	const { signal, filename, port } = settings;
	signal?.throwIfAborted();
	const address = isIP(settings.address) ? settings.address : (await lookup(settings.address)).address;
	const localAddress = settings.localAddress ?? (isIPv6(address) ? '::' : '0.0.0.0');
	const socket = await openUdpSocket({ address: localAddress, port: 0, purpose: 'TFTP', receiveBuffer: 1024 * 1024 });
	let serverPort: number | undefined;
	let thrown: { error: unknown } | undefined;
	let drive: Drive | undefined;

	return new Promise<void>((resolve, reject) => {
		const feed = createFeed({
			step: () => drive?.step(),
			fail(error) {
				thrown = { error };
				machine.abort(0, 'Transfer failed', 'application');
				drive?.step();
			},
		});
		const onAbort = () => {
			thrown = { error: signal?.reason };
			machine.abort(0, 'Transfer aborted');
			drive?.step();
		};

		socket.on('message', (bytes, from) => {
			if (from.address !== address) return;
			let packet: TftpPacket;
			try {
				packet = decodeTftp(bytes);
			} catch {
				return;
			}
			// The first answer tells the server's transfer ID (RFC 1350 section 4).
			serverPort ??= from.port;
			if (from.port === serverPort) return drive?.receive(packet);
			if (packet.kind !== 'error') socket.send(unknownTransfer, from.port, from.address);
		});
		socket.on('error', (error) => {
			thrown = { error };
			drive?.drop();
		});
		drive = createDrive({
			machine,
			channel: {
				send: (datagram) => socket.send(datagram, serverPort ?? port, address),
				close: () => void closeUdpSocket(socket),
			},
			deadlines: createDeadlines(),
			memory: createPacketMemory(),
			moveContent: feed.move,
			onStep: settings.onProgress && progressOf(machine, settings.onProgress),
			onEnd() {
				signal?.removeEventListener('abort', onAbort);
				const { outcome } = machine;
				feed.finish(outcome !== undefined && outcome.kind !== 'failed');
				if (thrown) reject(thrown.error);
				else if (outcome?.kind === 'failed') {
					const code = { peer: 'peer-error', silence: 'no-answer', us: 'protocol', application: 'content' }[outcome.by];
					const who = `${settings.address} port ${port}`;
					const message = outcome.by === 'peer' ? `the server refused: ${outcome.message}` : outcome.message;
					const named = `${JSON.stringify(filename)} of ${who}: ${message}`;
					reject(new TftpTransferError(code, named, outcome.by, outcome.code));
				} else resolve();
			},
			onClosed() {},
		});
		signal?.addEventListener('abort', onAbort, { once: true });
		drive.step();
	});
}

const unknownTransfer = encodeTftp({
	kind: 'error',
	code: tftpErrorCode('unknownTransferId'),
	message: tftpErrorText('unknownTransferId'),
});

function progressOf(
	machine: TftpMachine & { readonly terms: { readonly size?: number | undefined } },
	onProgress: NonNullable<ClientSettings['onProgress']>,
): () => void {
	let told = 0;
	return () => {
		const { bytes } = machine.statistics;
		if (bytes === told) return;
		told = bytes;
		onProgress({ bytes, size: machine.terms.size });
	};
}
