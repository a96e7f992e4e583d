import { createReceiver } from '../tftp/receiver.ts';
import { createSender } from '../tftp/sender.ts';
import { concatBytes } from '../wire/bytes.ts';
import { monotonicNow } from './deadlines.ts';
import { requestOf, type TftpClientOptions, type TftpTarget, targetOf } from './tftp-client-options.ts';
import { runClient, TftpTransferError } from './tftp-client-run.ts';
import { netasciiContent, openContent, withFirstPart } from './tftp-content.ts';
import { drainReceiver, feedSender, type TftpSink } from './tftp-feed.ts';
import type { TftpFile } from './tftp-source.ts';

/**
 * Fetches a file into memory.
 *
 * @param target a URL (`tftp://10.0.0.1/boot/vmlinuz`), or server and file name among the options
 * @throws a {@link TftpTransferError} when the server refuses, falls silent, or breaks the protocol
 * @example
 * ```ts
 * import { serveTftp, tftpGet, virtualFiles } from 'pxekit/node';
 *
 * await using server = await serveTftp({ address: '127.0.0.1', port: 0, source: virtualFiles({ motd: 'hello' }) });
 * const { port } = server.addresses[0]!;
 * const bytes = await tftpGet(`tftp://127.0.0.1:${port}/motd`, { windowSize: 8 });
 * bytes.length; // => 5
 * ```
 */
export async function tftpGet(target: TftpTarget, options: TftpClientOptions = {}): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	await get(target, options, { write: (part) => parts.push(part), close() {}, abort() {} });
	return concatBytes(parts);
}

/**
 * Fetches a file part by part. The server is held back while the consumer is busy; leaving the loop ends the transfer.
 *
 * @throws a {@link TftpTransferError} in the loop, when the transfer fails
 * @example
 * ```ts
 * import { serveTftp, tftpGetStream, virtualFiles } from 'pxekit/node';
 *
 * await using server = await serveTftp({ address: '127.0.0.1', port: 0, source: virtualFiles({ motd: 'hello' }) });
 * let length = 0;
 * for await (const part of tftpGetStream({ ...server.addresses[0]!, filename: 'motd' })) length += part.length;
 * length; // => 5
 * ```
 */
export async function* tftpGetStream(
	target: TftpTarget,
	options: TftpClientOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
	const left = new AbortController();
	const settings = targetOf(target, options);
	const signal = settings.signal ? AbortSignal.any([settings.signal, left.signal]) : left.signal;
	let part: Uint8Array | undefined;
	let ended = false;
	let failure: { error: unknown } | undefined;
	let wakeReader = () => {};
	let wakeWriter = () => {};
	get(
		{ ...settings, signal },
		{},
		{
			write(next) {
				part = next;
				wakeReader();
				return new Promise<void>((resolve) => {
					wakeWriter = resolve;
				});
			},
			close() {},
			abort() {},
		},
	)
		.catch((error: unknown) => {
			failure = { error };
		})
		.finally(() => {
			ended = true;
			wakeReader();
		});
	try {
		for (;;) {
			while (!part && !ended) {
				await new Promise<void>((resolve) => {
					wakeReader = resolve;
				});
			}
			if (part) {
				const taken = part;
				part = undefined;
				yield taken;
				wakeWriter();
			} else if (failure) throw failure.error;
			else return;
		}
	} finally {
		left.abort();
	}
}

/**
 * Asks for the size of a file as UEFI firmware does: the transfer is ended with ERROR 8 once the server has told it.
 *
 * @returns bytes, or `undefined` when the server does not tell
 * @throws a {@link TftpTransferError} when there is no such file, or no answer
 * @example
 * ```ts
 * import { serveTftp, tftpFileSize, virtualFiles } from 'pxekit/node';
 *
 * await using server = await serveTftp({ address: '127.0.0.1', port: 0, source: virtualFiles({ motd: 'hello' }) });
 * await tftpFileSize({ ...server.addresses[0]!, filename: 'motd' }); // => 5
 * ```
 */
export async function tftpFileSize(target: TftpTarget, options: TftpClientOptions = {}): Promise<number | undefined> {
	return get(target, { ...options, mode: 'octet' }, undefined);
}

async function get(
	target: TftpTarget,
	options: TftpClientOptions,
	sink: TftpSink | undefined,
): Promise<number | undefined> {
	const settings = targetOf(target, options);
	const receiver = createReceiver(
		{
			opening: requestOf('rrq', settings, settings.mode === 'octet' ? 0 : undefined),
			sizeOnly: sink === undefined,
			maxBytes: settings.maxBytes,
			timing: { ...clientTiming, ...settings.timing },
			random: Math.random,
		},
		monotonicNow(),
	);
	await runClient(settings, receiver, ({ step, fail }) =>
		drainReceiver(receiver, sink ?? nowhere, settings.mode, step, fail),
	);
	return receiver.terms.size;
}

const nowhere: TftpSink = { write() {}, close() {}, abort() {} };

/** Servers answer a repeated request with a second transfer; so a client must not hurry. */
const clientTiming = { initialTimeout: 1_000, firstGiveUpAfter: 20_000, giveUpAfter: 30_000, lastGiveUpAfter: 20_000 };

/**
 * Brings a file to a server.
 *
 * @param content bytes, a stream, or anything else that a {@link TftpSource} may give
 * @throws a {@link TftpTransferError} when the server refuses, falls silent, or does not confirm the last block
 * @example
 * ```ts
 * import { serveTftp, tftpPut } from 'pxekit/node';
 *
 * let received = 0;
 * const write = () => ({ write: (part: Uint8Array) => (received += part.length), close() {}, abort() {} });
 * await using server = await serveTftp({ address: '127.0.0.1', port: 0, source: () => undefined, write });
 * await tftpPut({ ...server.addresses[0]!, filename: 'crash.log' }, new TextEncoder().encode('oops'));
 * received; // => 4
 * ```
 */
export async function tftpPut(target: TftpTarget, content: TftpFile, options: TftpClientOptions = {}): Promise<void> {
	const settings = targetOf(target, options);
	settings.signal?.throwIfAborted();
	const opened = await openContent(content);
	const reader = await withFirstPart(settings.mode === 'netascii' ? netasciiContent(opened) : opened);
	const sender = createSender(
		{
			opening: requestOf('wrq', settings, reader.size),
			timing: { ...clientTiming, ...settings.timing },
			random: Math.random,
		},
		monotonicNow(),
	);
	await runClient(settings, sender, ({ step, fail }) => feedSender(sender, reader, step, fail));
	if (sender.outcome?.kind === 'probably-complete') {
		throw new TftpTransferError('not-confirmed', 'the server did not confirm the last block', 'silence');
	}
}
