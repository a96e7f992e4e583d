import { PxekitError } from '../wire/errors.ts';
import type { BlockRollover } from './block-number.ts';
import { maxTftpBlockSize, type TftpOption, type TftpRequestPacket } from './packet.ts';

/** What both sides agreed on. */
export interface TftpTerms {
	/** Bytes in a block; 512 unless agreed otherwise. */
	readonly blockSize: number;
	/** Blocks sent before an acknowledgement is awaited (RFC 7440); 1 unless agreed otherwise. */
	readonly windowSize: number;
	/** What follows block 65535. */
	readonly rollover: BlockRollover;
	/** Bytes of the whole file, when told. */
	readonly size?: number | undefined;
	/** The longest wait before a resend, in milliseconds, when agreed (RFC 2349). */
	readonly timeout?: number | undefined;
}

/** The terms of RFC 1350, without any option. */
export const plainTerms: TftpTerms = { blockSize: 512, windowSize: 1, rollover: 0 };

/** Accepts an option of the consumer's own: returns the value to answer, or `undefined` to leave the option out. */
export type TftpOptionHandler = (value: string, request: TftpRequestPacket) => string | undefined;

/** What a server is willing to grant. */
export interface NegotiationPolicy {
	/**
	 * The largest block; 1468 by default, which fills an Ethernet frame over IPv4. `'as-asked'` grants what the client
	 * wants up to 65464: more than fits a frame is fragmented, which many boot ROMs can't put together.
	 */
	readonly maxBlockSize?: number | 'as-asked' | undefined;
	/** The largest window, in blocks; 64. 1 refuses windows. */
	readonly maxWindowSize?: number | undefined;
	/** What follows block 65535 when the client does not say; 0. */
	readonly rollover?: BlockRollover | undefined;
	/** Further options, by lower-case name. One named as in {@link tftpOptions} replaces that. */
	readonly options?: Readonly<Record<string, TftpOptionHandler>> | undefined;
}

/** What a server answers to the options of a request. */
export interface NegotiationAnswer {
	readonly terms: TftpTerms;
	/** The options of the OACK, in the client's spelling and order. Empty: send no OACK, but DATA 1 or ACK 0. */
	readonly granted: readonly TftpOption[];
}

interface AnswerContext {
	readonly policy: NegotiationPolicy;
	readonly request: TftpRequestPacket;
	/** Bytes of the file, when known. */
	readonly size: number | undefined;
}

/** One option that this package knows. */
export interface TftpOptionRow {
	/** Lower-case name. */
	readonly name: string;
	/** Where it is specified. */
	readonly source: string;
	/**
	 * The server's answer: the value, and what it changes in the terms; `undefined` leaves the option out, which is
	 * always allowed.
	 *
	 * @internal
	 */
	readonly answer: (asked: string, context: AnswerContext) => { value: string; terms: Partial<TftpTerms> } | undefined;
	/**
	 * The client's check of an answer: what it changes in the terms, or `undefined` when the server may not answer so.
	 *
	 * @internal
	 */
	readonly confirm: (asked: string, answered: string) => Partial<TftpTerms> | undefined;
}

/** A whole number in decimal, as options carry it; `undefined` for all else (`1e3`, `-1`, empty, absurdly long). */
function wholeNumber(text: string): number | undefined {
	return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** A number option where the server may answer with less than was asked (RFC 2348, RFC 7440). */
function atMost(
	min: number,
	max: number,
	granted: (policy: NegotiationPolicy) => number,
	terms: (value: number) => Partial<TftpTerms>,
): Pick<TftpOptionRow, 'answer' | 'confirm'> {
	return {
		answer(asked, { policy }) {
			const number = wholeNumber(asked);
			// Below the range the option is left out. Above it, the largest value allowed is the friendliest answer.
			if (number === undefined || number < min) return undefined;
			const value = Math.min(number, max, granted(policy));
			return { value: String(value), terms: terms(value) };
		},
		confirm(asked, answered) {
			const value = wholeNumber(answered);
			if (value === undefined || value < min || value > Number(asked)) return undefined;
			return terms(value);
		},
	};
}

/** An option that must be answered with the value asked, or left out (RFC 2349). */
function echoed(
	min: number,
	max: number,
	terms: (value: number) => Partial<TftpTerms>,
): Pick<TftpOptionRow, 'answer' | 'confirm'> {
	const accepted = (text: string) => {
		const number = wholeNumber(text);
		return number === undefined || number < min || number > max ? undefined : number;
	};
	return {
		answer(asked) {
			const value = accepted(asked);
			return value === undefined ? undefined : { value: asked, terms: terms(value) };
		},
		confirm(asked, answered) {
			const value = accepted(answered);
			return value === undefined || value !== wholeNumber(asked) ? undefined : terms(value);
		},
	};
}

/**
 * The options that this package answers and checks. All others are left out of the OACK, as RFC 2347 asks; so is
 * `msftwindow` of Windows boot managers, which then use plain RFC 7440.
 *
 * @example
 * ```ts
 * import { tftpOptions } from 'pxekit/tftp';
 *
 * tftpOptions.map((option) => option.name); // => ['blksize', 'tsize', 'timeout', 'utimeout', 'windowsize', 'rollover']
 * ```
 */
export const tftpOptions: readonly TftpOptionRow[] = [
	{
		name: 'blksize',
		source: 'RFC 2348',
		...atMost(8, maxTftpBlockSize, maxBlockSizeOf, (blockSize) => ({ blockSize })),
	},
	{
		name: 'tsize',
		source: 'RFC 2349',
		answer(asked, { request, size }) {
			const announced = wholeNumber(asked);
			if (announced === undefined) return undefined;
			if (request.kind === 'wrq') return { value: asked, terms: { size: announced } };
			// Left out in netascii, where the size on the wire is another one, and for an empty file, which curl refuses.
			if (!isOctet(request) || !size) return undefined;
			return { value: String(size), terms: { size } };
		},
		confirm(_asked, answered) {
			const size = wholeNumber(answered);
			return size === undefined ? undefined : { size };
		},
	},
	{ name: 'timeout', source: 'RFC 2349', ...echoed(1, 255, (seconds) => ({ timeout: seconds * 1000 })) },
	{
		name: 'utimeout',
		source: 'tftpd(8) of tftp-hpa',
		...echoed(10_000, 255_000_000, (microseconds) => ({ timeout: microseconds / 1000 })),
	},
	{
		name: 'windowsize',
		source: 'RFC 7440',
		...atMost(
			1,
			65_535,
			(policy) => policy.maxWindowSize ?? 64,
			(windowSize) => ({ windowSize }),
		),
	},
	{
		name: 'rollover',
		source: 'tftpd(8) of tftp-hpa',
		...echoed(0, 1, (value) => ({ rollover: value === 1 ? 1 : 0 })),
	},
];

function maxBlockSizeOf({ maxBlockSize = 1468 }: NegotiationPolicy): number {
	return maxBlockSize === 'as-asked' ? maxTftpBlockSize : maxBlockSize;
}

/** Whether the request asks for bytes as they are. */
function isOctet(request: TftpRequestPacket): boolean {
	return request.mode.toLowerCase() === 'octet';
}

/**
 * A server's answer to the options of a request: never an option that was not asked for, never one twice, never a
 * larger value than was asked for.
 *
 * @param size bytes of the file that is read, when known
 * @throws a {@link PxekitError} `bad-policy` when a limit of the policy is none that could be granted
 * @example
 * ```ts
 * import { negotiateTftp } from 'pxekit/tftp';
 *
 * const options = [{ name: 'BlkSize', value: '8192' }, { name: 'tsize', value: '0' }];
 * const { terms, granted } = negotiateTftp({ kind: 'rrq', filename: 'x', mode: 'octet', options }, {}, 5000);
 * terms.blockSize; // => 1468
 * granted; // => [{ name: 'BlkSize', value: '1468' }, { name: 'tsize', value: '5000' }]
 * ```
 */
export function negotiateTftp(
	request: TftpRequestPacket,
	policy: NegotiationPolicy = {},
	size?: number | undefined,
): NegotiationAnswer {
	checkPolicy(policy);
	let terms: TftpTerms = { ...plainTerms, rollover: policy.rollover ?? 0 };
	const granted: TftpOption[] = [];
	const seen = new Set<string>();
	for (const { name, value } of request.options) {
		const key = name.toLowerCase();
		if (seen.has(key)) continue;
		seen.add(key);
		const own = policy.options && Object.hasOwn(policy.options, key) ? policy.options[key] : undefined;
		if (own) {
			const answer = own(value, request);
			if (answer !== undefined) granted.push({ name, value: answer });
			continue;
		}
		const answer = rowOf(key)?.answer(value, { policy, request, size });
		if (!answer) continue;
		granted.push({ name, value: answer.value });
		terms = { ...terms, ...answer.terms };
	}
	return { terms, granted };
}

/**
 * A client's check of an OACK. Refused are options that were not asked for and values that the server may not choose.
 *
 * @returns the terms, or a text that says what was wrong, to be sent with ERROR 8
 * @internal
 */
export function confirmOack(asked: readonly TftpOption[], answered: readonly TftpOption[]): TftpTerms | string {
	let terms: TftpTerms = plainTerms;
	for (const { name, value } of answered) {
		const key = name.toLowerCase();
		const question = asked.find((option) => option.name.toLowerCase() === key);
		if (!question) return 'OACK with an option that was not asked for';
		const row = rowOf(key);
		if (!row) continue;
		const confirmed = row.confirm(question.value, value);
		if (!confirmed) return `OACK with a bad ${key}`;
		terms = { ...terms, ...confirmed };
	}
	return terms;
}

function rowOf(name: string): TftpOptionRow | undefined {
	return tftpOptions.find((row) => row.name === name);
}

/**
 * Block numbers have 16 bits: in a larger window an ACK of its end looks like one of the past. RFC 7440 allows 65535.
 */
const largestWindow = 32_767;

/** @internal */
export function checkPolicy(policy: NegotiationPolicy): void {
	const { maxWindowSize = 64 } = policy;
	const maxBlockSize = maxBlockSizeOf(policy);
	if (!Number.isInteger(maxBlockSize) || maxBlockSize < 512 || maxBlockSize > maxTftpBlockSize) {
		throw new PxekitError('bad-policy', `maxBlockSize must be from 512 to ${maxTftpBlockSize}, not ${maxBlockSize}`);
	}
	if (!Number.isInteger(maxWindowSize) || maxWindowSize < 1 || maxWindowSize > largestWindow) {
		throw new PxekitError('bad-policy', `maxWindowSize must be from 1 to ${largestWindow}, not ${maxWindowSize}`);
	}
}
