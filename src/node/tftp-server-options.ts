import type { NegotiationPolicy } from '../tftp/negotiation.ts';
import type { TftpTiming } from '../tftp/retransmission.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { PxekitError } from '../wire/errors.ts';
import type { DatagramRecorder } from './capture-recorder.ts';
import type { TftpEvent } from './tftp-events.ts';
import type { TftpSink } from './tftp-feed.ts';
import type { TftpRequest, TftpSource } from './tftp-source.ts';

/**
 * Decides over an upload: returns what takes it, for example the writer of a `WritableStream`, or `undefined` to refuse
 * it with ERROR 2. Throw a {@link TftpRefusal} to refuse in other words.
 */
export type TftpWriteHandler = (request: TftpRequest) => TftpSink | undefined | Promise<TftpSink | undefined>;

/** How to serve TFTP. */
export interface TftpServerOptions extends NegotiationPolicy {
	/** The one address to listen on. Give this or `addresses`; all addresses of the machine by default. */
	readonly address?: string | undefined;
	/** The addresses to listen on, each with a socket of its own. `0.0.0.0` and `::` stand for all that there are now. */
	readonly addresses?: readonly string[] | undefined;
	/** 69 by default, for which the system wants a permission. 0 lets the system choose, for tests. */
	readonly port?: number | undefined;
	/** Where files come from. Of several sources the first that knows the file gives it. */
	readonly source: TftpSource | readonly TftpSource[];
	/** Takes uploads; without it they are refused with ERROR 2. */
	readonly write?: TftpWriteHandler | undefined;
	/** Told of all that happens. What it throws is lost. */
	readonly onEvent?: ((event: TftpEvent) => void) | undefined;
	/** Takes all that the server receives and sends, as `recordCapture` does. */
	readonly capture?: DatagramRecorder | undefined;
	/** Closes the server when aborted. */
	readonly signal?: AbortSignal | undefined;
	/**
	 * Runs all transfers over the one port that requests come to: for clients behind address translation, and for
	 * containers that publish one port. False by default.
	 */
	readonly singlePort?: boolean | undefined;
	/** First and last port for transfers, for firewalls; any free port by default. */
	readonly portRange?: readonly [number, number] | undefined;
	/** The most transfers at once; 1000. */
	readonly maxTransfers?: number | undefined;
	/** The most transfers of one client address at once; 500, as many clients may share one. */
	readonly maxTransfersPerAddress?: number | undefined;
	/** What happens beyond these limits; `'queue'`: up to 1000 requests wait for up to 10 seconds. */
	readonly whenFull?: 'queue' | 'drop' | 'error' | undefined;
	/** Milliseconds between two `progress` events of a transfer; 1000. 0: none. */
	readonly progressInterval?: number | undefined;
	/** Changes to the waits of all transfers. */
	readonly timing?: Partial<TftpTiming> | undefined;
}

/** A running TFTP server. */
export interface TftpServer {
	/** The addresses and ports that it listens on. */
	readonly addresses: readonly Endpoint[];
	/** Transfers under way now. */
	readonly activeTransfers: number;
	/** Ends all transfers with an ERROR and closes all sockets, within a second. May be called again. */
	close(): Promise<void>;
	/** The same, for `await using`. */
	[Symbol.asyncDispose](): Promise<void>;
}

/** @throws a {@link PxekitError} `bad-option` */
export function checkServerOptions(options: TftpServerOptions): void {
	const bad = (message: string) => {
		throw new PxekitError('bad-option', message);
	};
	const { port = 69, portRange, maxTransfers = 1, maxTransfersPerAddress = 1 } = options;
	if (options.address !== undefined && options.addresses !== undefined) bad('give address or addresses, not both');
	if (!isPort(port) && port !== 0) bad(`port must be from 0 to 65535, not ${port}`);
	if (portRange && !(isPort(portRange[0]) && isPort(portRange[1]) && portRange[0] <= portRange[1])) {
		bad(`portRange must be two ports, the lower first, not ${portRange.join(' to ')}`);
	}
	for (const [name, limit] of Object.entries({ maxTransfers, maxTransfersPerAddress })) {
		if (!Number.isInteger(limit) || limit < 1) bad(`${name} must be a whole number from 1, not ${limit}`);
	}
}

function isPort(port: number): boolean {
	return Number.isInteger(port) && port > 0 && port <= 65_535;
}
