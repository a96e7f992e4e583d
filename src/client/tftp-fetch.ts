import type { FailureReason } from '../pxe/firmware-errors.ts';
import { createReceiver, decodeTftp, encodeTftp, type TftpOutcome, type TftpPacket } from '../tftp/index.ts';
import { concatBytes } from '../wire/bytes.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { DecodeError, EncodeError } from '../wire/errors.ts';
import { ports, type UdpDatagram } from './endpoint.ts';
import type { TftpHabits } from './profile.ts';

/** One file to fetch, or only its size. */
export interface TftpFetchOptions {
	readonly habits: TftpHabits;
	readonly purpose: 'size' | 'read';
	readonly server: string;
	readonly file: string;
	/** The client's own end. */
	readonly local: Endpoint;
	/** Bytes that the size request has told. */
	readonly size?: number | undefined;
	readonly maxBytes: number;
	readonly random: () => number;
}

/** Why a file did not come. */
export interface DownloadFailure {
	readonly kind: 'failed';
	readonly reason: FailureReason;
	readonly why: string;
	readonly tftpCode?: number | undefined;
}

/** How a fetch ended. */
export type TftpFetchResult =
	| { readonly kind: 'size'; readonly size: number | undefined }
	| { readonly kind: 'read'; readonly bytes: Uint8Array }
	| DownloadFailure;

/** A firmware's TFTP: the receiver of the TFTP room with this firmware's words and waits. */
export interface TftpFetch {
	receive(datagram: UdpDatagram, now: number): void;
	expire(now: number): void;
	/** The next datagram to send, until `undefined`. */
	next(now: number): UdpDatagram | undefined;
	readonly deadline: number;
	/** What came of it, once it has come to an end and all was sent. */
	readonly result: TftpFetchResult | undefined;
}

/** Starts a fetch; a text instead of it when the name can't be asked for. */
export function createTftpFetch(options: TftpFetchOptions, now: number): TftpFetch | string {
	const { habits, purpose, server, file, local, size, maxBytes, random } = options;
	const asked = purpose === 'size' && habits.sizeRequest ? habits.sizeRequest : habits.readRequest;
	const opening = { kind: 'rrq', filename: file, mode: 'octet', options: asked } as const;
	try {
		encodeTftp(opening);
	} catch (error) {
		if (error instanceof EncodeError) return error.message;
		throw error;
	}
	const receiver = createReceiver(
		{
			opening,
			sizeOnly: purpose === 'size',
			announcedSize: size,
			maxBytes: purpose === 'read' ? maxBytes : undefined,
			timing: habits.timing,
			random,
		},
		now,
	);
	const parts: Uint8Array[] = [];
	/** The server's transfer ID, once it has answered. */
	let peer: Endpoint | undefined;
	let sawOack = false;

	/** Answers in the words of the firmware. */
	function worded(packet: TftpPacket): TftpPacket {
		if (packet.kind !== 'error') return packet;
		if (receiver.outcome?.kind === 'probe') return { ...packet, message: habits.sizeAbort };
		// Mtftp4RrqHandleOack of EDK2.
		if (packet.code === 8) return { ...packet, code: 4, message: 'Malformatted OACK packet' };
		return packet;
	}

	function withoutUnasked(packet: TftpPacket): TftpPacket {
		if (packet.kind !== 'oack' || !habits.ignoresUnaskedOptions) return packet;
		const names = asked.map(({ name }) => name);
		return { ...packet, options: packet.options.filter(({ name }) => names.includes(name.toLowerCase())) };
	}

	return {
		receive({ from, bytes }, at) {
			const expected = peer?.address ?? (habits.anyServerAddress ? from.address : server);
			if (from.address !== expected || (peer && from.port !== peer.port)) return;
			let packet: TftpPacket;
			try {
				packet = decodeTftp(bytes);
			} catch (error) {
				if (error instanceof DecodeError) return;
				throw error;
			}
			peer ??= from;
			if (packet.kind === 'oack') sawOack = true;
			receiver.receive(withoutUnasked(packet), at);
			for (let part = receiver.take(); part; part = receiver.take()) parts.push(part.slice());
			if (receiver.unstored) receiver.stored(at);
		},
		expire(at) {
			receiver.expire(at);
		},
		next(at) {
			const packet = receiver.nextPacket(at);
			if (!packet) return undefined;
			const to =
				packet.kind === 'rrq' ? { address: server, port: ports.tftp } : (peer ?? { address: server, port: 69 });
			return { from: local, to, bytes: encodeTftp(worded(packet)) };
		},
		get deadline() {
			return receiver.outcome ? Number.POSITIVE_INFINITY : receiver.nextDeadline;
		},
		get result() {
			const { outcome } = receiver;
			return outcome && resultOf(outcome, { purpose, sawOack, size: receiver.terms.size, announced: size, parts });
		},
	};
}

interface Ending {
	readonly purpose: 'size' | 'read';
	readonly sawOack: boolean;
	readonly size: number | undefined;
	readonly announced: number | undefined;
	readonly parts: readonly Uint8Array[];
}

function resultOf(outcome: TftpOutcome, { purpose, sawOack, size, parts }: Ending): TftpFetchResult {
	const failed = (reason: FailureReason, why: string, tftpCode?: number): TftpFetchResult => ({
		kind: 'failed',
		reason,
		why,
		tftpCode,
	});
	switch (outcome.kind) {
		case 'complete':
			return { kind: 'read', bytes: concatBytes(parts) };
		case 'probe':
			// Mtftp4GetInfoCheckPacket takes nothing but an OACK.
			if (!sawOack) return failed('tftp-protocol', 'the server sent data where an OACK with the size was wanted');
			return { kind: 'size', size };
		case 'failed': {
			if (outcome.by === 'silence') return failed('tftp-silent', outcome.message);
			if (outcome.by === 'peer') return failed('tftp-error', outcome.message, outcome.code);
			const isSize = outcome.code === 0 || outcome.code === 3;
			return failed(isSize && purpose === 'read' ? 'tftp-size' : 'tftp-protocol', outcome.message, outcome.code);
		}
		default:
			return failed('tftp-silent', 'the transfer broke off');
	}
}
