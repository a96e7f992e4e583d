import { createWriteStream } from 'node:fs';
import { frameBlock, interfaceBlock, sectionHeader } from '../capture/files/write-pcapng.ts';
import { encodeUdpFrame } from '../capture/frames/encode-frames.ts';
import { concatBytes } from '../wire/bytes.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { PxekitError } from '../wire/errors.ts';

/** A datagram that a server received or sent. */
export interface RecordedDatagram {
	readonly from: Endpoint;
	/** Of received ones: the address that the socket is bound to. */
	readonly to: Endpoint;
	/** May change after the call. */
	readonly bytes: Uint8Array;
}

/** Takes what servers receive and send. */
export interface DatagramRecorder {
	/** Must not wait; what it throws is dropped. */
	record(datagram: RecordedDatagram): void;
}

/** A capture that grows while servers work. */
export interface CaptureRecorder extends DatagramRecorder, AsyncDisposable {
	/** Datagrams that were written, or wait for the disk. */
	readonly recorded: number;
	/** Datagrams that were left out: the disk was too slow, the file long enough or broken. */
	readonly dropped: number;
	/** Why nothing is written any more; `undefined` while all is well. */
	readonly error: Error | undefined;
	/** Writes what waits, and closes the file. May be called again. */
	close(): Promise<void>;
}

/** How to record. */
export interface RecordCaptureOptions {
	/** Most bytes of the file; 1 GiB by default. What comes after that is counted in `dropped`. */
	readonly maxBytes?: number | undefined;
	/** Put into the file, for whoever opens it. */
	readonly comment?: string | undefined;
}

/** LINKTYPE_RAW: a socket does not see the Ethernet header. */
const rawIp = { linkType: 101, name: 'pxekit' };
/** encodeUdpFrame's Ethernet header, which is left out again. */
const ethernetHeader = 14;
/** Bytes that wait for the disk. */
const maxWaiting = 16 * 1024 * 1024;

/**
 * Records the traffic of our own servers into a pcapng file, which Wireshark, tshark and `readCapture` open. Give it to them as `capture`.
 * A file that is there is overwritten; only the user may read the new one, as boot files hold secrets. A disk that is full
 * or slow costs datagrams in the file, and never an answer.
 *
 * @throws a `PxekitError` `can-not-write` when the file can't be opened, `bad-option` for a `maxBytes` that is no length
 * @example
 * ```ts
 * import { mkdtempSync, readFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { readCapture, tftpTransfers, decodeFrames } from 'pxekit/capture';
 * import { recordCapture, serveTftp, tftpGet, virtualFiles } from 'pxekit/node';
 *
 * const file = join(mkdtempSync(join(tmpdir(), 'pxekit-')), 'boot.pcapng');
 * const capture = await recordCapture(file);
 * const server = await serveTftp({ address: '127.0.0.1', port: 0, source: virtualFiles({ 'boot.ipxe': '#!ipxe\n' }), capture });
 * await tftpGet({ address: '127.0.0.1', port: server.addresses[0]!.port, filename: 'boot.ipxe' });
 * await server.close();
 * await capture.close();
 * readCapture(readFileSync(file)).frames.length > 2; // => true
 * ```
 */
export async function recordCapture(
	file: string,
	{ maxBytes = 1024 ** 3, comment }: RecordCaptureOptions = {},
): Promise<CaptureRecorder> {
	if (!(maxBytes >= 0)) {
		throw new PxekitError('bad-option', `maxBytes must be a number of bytes, not ${String(maxBytes)}`);
	}
	const stream = createWriteStream(file, { mode: 0o600 });
	await new Promise<void>((resolve, reject) => {
		stream.once('open', () => resolve());
		stream.once('error', (error: NodeJS.ErrnoException) => {
			reject(new PxekitError('can-not-write', `can't write the capture ${file}: ${error.message}`));
		});
	});
	let [length, recorded, dropped] = [0, 0, 0];
	let failure: Error | undefined;
	let closing: Promise<void> | undefined;
	stream.on('error', (error) => {
		failure = error;
	});
	const write = (bytes: Uint8Array): void => {
		length += bytes.length;
		stream.write(bytes);
	};
	write(concatBytes([sectionHeader(comment === undefined ? [] : [comment]), interfaceBlock(rawIp, 'interface')]));

	// The clock of the system for the day, the monotonic one for the order.
	const clock = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();

	function close(): Promise<void> {
		closing ??= new Promise((resolve) => {
			if (failure) resolve();
			else stream.once('close', resolve).end();
		});
		return closing;
	}

	return {
		get recorded() {
			return recorded;
		},
		get dropped() {
			return dropped;
		},
		get error() {
			return failure;
		},
		record({ from, to, bytes }) {
			const isFull = failure !== undefined || closing !== undefined || stream.writableLength > maxWaiting;
			const block = isFull ? undefined : blockOf(from, to, bytes, clock + process.hrtime.bigint());
			if (!block || length + block.length > maxBytes) {
				dropped++;
				return;
			}
			recorded++;
			write(block);
		},
		close,
		[Symbol.asyncDispose]: close,
	};
}

function blockOf(from: Endpoint, to: Endpoint, bytes: Uint8Array, time: bigint): Uint8Array {
	const frame = encodeUdpFrame({ source: withoutZone(from), destination: withoutZone(to), payload: bytes });
	return frameBlock({ time, data: frame.subarray(ethernetHeader), linkType: rawIp.linkType }, [rawIp], 'datagram');
}

/** `fe80::1%eth0` is an address on this machine only. */
function withoutZone({ address, port }: Endpoint): Endpoint {
	return { address: address.replace(/%.*$/, ''), port };
}
