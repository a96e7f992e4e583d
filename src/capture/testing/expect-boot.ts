import { formatText } from '../../dhcp/format.ts';
import type { DhcpOptionName } from '../../dhcp/index.ts';
import { rowOfCode, rowOfName } from '../../dhcp/option-names.ts';
import { equalBytes } from '../../wire/bytes.ts';
import { EncodeError, PxekitError } from '../../wire/errors.ts';
import { hexOfByte } from '../../wire/hex.ts';
import { escapeControls } from '../../wire/text.ts';
import { bootFileOf, serverOf } from '../diagnosis/checks/view.ts';
import { bootChecks, diagnose } from '../diagnosis/diagnose.ts';
import type { Finding } from '../diagnosis/finding.ts';
import type { CaptureFile } from '../files/capture-file.ts';
import { withoutSlash } from '../talks/file-answer.ts';
import { bootTimeline } from '../timeline/boot-timeline.ts';
import type { BootSession, DhcpEvent, StageKind } from '../timeline/session.ts';
import { type AskedFile, filesOf } from './asked-files.ts';
import { isClient } from './is-client.ts';

/** Which of the files that a client asked for. */
export interface FileExpectation {
	/** Address of the server that gave it, or was asked. */
	readonly from?: string | undefined;
	readonly over?: 'tftp' | 'http' | undefined;
	/** Length of the file. */
	readonly bytes?: number | undefined;
	/** The file itself; needs a capture that has all of it. */
	readonly content?: Uint8Array | undefined;
}

/** How often. */
export interface AskedExpectation extends Pick<FileExpectation, 'from' | 'over'> {
	/** Exactly so many times, each repeat of an unanswered request counted; at least once by default. */
	readonly times?: number | undefined;
}

/** What an answer gave. Only what is named is looked at. */
export interface OfferExpectation {
	/** Address of the server: option 54, or where the packet came from. */
	readonly from?: string | undefined;
	/** `yiaddr`; `'0.0.0.0'` for a proxy's. */
	readonly address?: string | undefined;
	/** The boot file: `file`, or option 67. */
	readonly file?: string | RegExp | undefined;
	/** `siaddr`. */
	readonly nextServer?: string | undefined;
}

/**
 * Says what must have happened in a boot. Each call throws when it did not, and can be chained. A file is named as in the
 * request, the slash at its beginning left out or not (`'ipxe.efi'`, `'/boot/vmlinuz'`), as a URL, or by a pattern that
 * is tried on all of these.
 */
export interface BootExpectation {
	/** The client that is spoken of. */
	readonly session: BootSession;
	/** It fetched the file to its last byte. */
	got(file: string | RegExp, expected?: FileExpectation): BootExpectation;
	/** It asked for the file, whatever came of it. A question for the size alone, as UEFI asks before each download, does not count. */
	asked(file: string | RegExp, expected?: AskedExpectation): BootExpectation;
	/** It did not ask for the file, not even in vain. */
	neverAsked(file: string | RegExp): BootExpectation;
	/** These files, in this order, perhaps with others between them. At least one has to be given. */
	askedInOrder(...files: readonly (string | RegExp)[]): BootExpectation;
	/** Some server offered or confirmed it this. */
	wasOffered(expected: OfferExpectation): BootExpectation;
	/** A DHCP packet of the client, or with `from: 'servers'` one to it, had the option. */
	sawOption(option: DhcpOptionName | number, place?: { readonly from?: 'client' | 'servers' }): BootExpectation;
	/** No DHCP packet had the option. */
	neverSawOption(option: DhcpOptionName | number, place?: { readonly from?: 'client' | 'servers' }): BootExpectation;
	/** The programs that drove the machine, all of them, in order. */
	wentThrough(...stages: readonly StageKind[]): BootExpectation;
	/** {@link diagnose} finds no error. Warnings are allowed: machines boot in spite of them. */
	isHealthy(): BootExpectation;
	/** {@link diagnose} finds this, how bad it may be: a code of {@link bootChecks}. */
	wasDiagnosed(code: string): BootExpectation;
}

/**
 * Begins assertions about one client of a capture. They throw errors that say what the client did instead, with frame
 * numbers, and need no test runner.
 *
 * @param capture a capture, or sessions that {@link bootTimeline} made of it
 * @param client MAC or UUID, in any usual spelling; may be left out when only one machine boots
 * @throws a {@link PxekitError} `no-such-client` or `several-clients`; each assertion one with `unexpected-boot`, and
 * one for what could never fail or never hold: `no-such-check` for a code that is none, `unknown-option`, `nothing-expected`
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { expectBoot, readCapture } from 'pxekit/capture';
 *
 * const capture = readCapture(readFileSync('fixtures/captures/ovmf_dnsmasq-dhcp_ipxe-efi_script-linux.pcap'));
 * expectBoot(capture)
 *   .wentThrough('rom', 'ipxe')
 *   .asked('ipxe.efi', { from: '10.77.0.1' })
 *   .neverSawOption('rootPath')
 *   .isHealthy();
 * ```
 */
export function expectBoot(
	capture: CaptureFile | BootSession | readonly BootSession[],
	{ client }: { readonly client?: string | undefined } = {},
): BootExpectation {
	const session = sessionOf(capture, client);
	const files = filesOf(session);
	const packets = session.stages.flatMap(({ events }) =>
		events.filter((event): event is DhcpEvent => 'packet' in event),
	);

	function fail(message: string, instead: string, seen: readonly string[]): never {
		const lines =
			seen.length === 0 ? [`${instead} nothing.`] : [`${instead}:`, ...seen.map((line) => `  ${escapeControls(line)}`)];
		const gaps = session.gaps.map((gap) => `The capture: ${escapeControls(gap.message)}.`);
		throw new PxekitError('unexpected-boot', [`${session.client.mac} ${message}.`, ...lines, ...gaps].join('\n'));
	}
	const failFiles = (message: string): never =>
		fail(
			message,
			'It asked for',
			files.map(({ line }) => line),
		);
	const withOption = (option: DhcpOptionName | number, from: 'client' | 'servers' | undefined) => {
		refuseUnknown(option);
		return packets.filter(
			({ packet }) => packet.options.has(option) && (from === undefined || (packet.op === 1) === (from === 'client')),
		);
	};

	const expectation: BootExpectation = {
		session,
		got(file, expected = {}) {
			const named = files.filter((row) => isNamed(row, file) && isFrom(row, expected));
			const right = named.find(
				(row) =>
					row.complete &&
					(expected.bytes === undefined || row.bytes === expected.bytes) &&
					(expected.content === undefined || sameContent(row, expected.content)),
			);
			if (right) return expectation;
			return failFiles(`did not get ${wanted(file, expected)}${contentFault(named, expected)}`);
		},
		asked(file, { times, ...expected } = {}) {
			const count = files
				.filter((row) => isNamed(row, file) && isFrom(row, expected))
				.reduce((sum, { requests }) => sum + requests, 0);
			if (times === undefined ? count > 0 : count === times) return expectation;
			const often = times === undefined ? '' : ` ${times} times, but ${count}`;
			return failFiles(`did not ask for ${wanted(file, expected)}${often}`);
		},
		neverAsked(file) {
			return files.some((row) => isNamed(row, file)) ? failFiles(`asked for ${shown(file)}`) : expectation;
		},
		askedInOrder(...wantedFiles) {
			if (wantedFiles.length === 0) {
				throw new PxekitError('nothing-expected', 'askedInOrder was given no file, and would hold for any boot');
			}
			let at = 0;
			for (const row of files) {
				const next = wantedFiles[at];
				if (next !== undefined && isNamed(row, next)) at++;
			}
			const missing = wantedFiles[at];
			return missing === undefined
				? expectation
				: failFiles(`did not ask for ${shown(missing)} as number ${at + 1} of ${wantedFiles.map(shown).join(', ')}`);
		},
		wasOffered(expected) {
			const answers = packets.filter(({ packet }) => packet.op === 2);
			if (answers.some((event) => offers(event, expected))) return expectation;
			const seen = answers.map(
				(event) =>
					`frame ${event.frames[0]}: ${event.type} from ${serverOf(event)}, address ${event.packet.yiaddr}, next server ${event.packet.siaddr}, file ${formatText(bootFileOf(event))}`,
			);
			return fail(`was not offered ${wantedOffer(expected)}`, 'It was offered', seen);
		},
		sawOption(option, { from } = {}) {
			if (withOption(option, from).length > 0) return expectation;
			return fail(
				`saw no ${nameOf(option)}${whose(from)}`,
				'Its DHCP packets were',
				packets.map(({ type, frames }) => `frame ${frames[0]}: ${type}`),
			);
		},
		neverSawOption(option, { from } = {}) {
			const found = withOption(option, from);
			if (found.length === 0) return expectation;
			return fail(
				`saw ${nameOf(option)}${whose(from)}`,
				'It stands in',
				found.map(({ type, frames }) => `frame ${frames[0]}: ${type}`),
			);
		},
		wentThrough(...stages) {
			const kinds = session.stages.map(({ kind }) => kind);
			if (kinds.length === stages.length && kinds.every((kind, i) => kind === stages[i])) return expectation;
			const seen = session.stages.map(
				({ kind, name, events }) => `${kind}: ${name}, from frame ${events[0]?.frames[0]}`,
			);
			return fail(`did not go through ${stages.join(', ')}`, 'It went through', seen);
		},
		isHealthy() {
			const errors = diagnose(session, { least: 'error' });
			return errors.length === 0 ? expectation : fail('is not healthy', 'It has', errors.map(findingLine));
		},
		wasDiagnosed(code) {
			if (!bootChecks.some((check) => check.code === code)) {
				throw new PxekitError('no-such-check', `there is no check ${JSON.stringify(code)}; bootChecks lists them`);
			}
			const findings = diagnose(session);
			if (findings.some((finding) => finding.code === code)) return expectation;
			return fail(`was not diagnosed with ${code}`, 'It was diagnosed with', findings.map(findingLine));
		},
	};
	return expectation;
}

function sessionOf(
	capture: CaptureFile | BootSession | readonly BootSession[],
	client: string | undefined,
): BootSession {
	const sessions = 'stages' in capture ? [capture] : 'frames' in capture ? bootTimeline(capture) : capture;
	const fitting = sessions.filter((session) => client === undefined || isClient(session, client));
	const [session] = fitting;
	const known = sessions.map(({ client: { mac } }) => mac).join(', ') || 'none';
	if (!session) {
		throw new PxekitError(
			'no-such-client',
			client === undefined
				? 'no machine boots in this capture'
				: `${client} does not boot in this capture; clients: ${known}`,
		);
	}
	if (fitting.length > 1) {
		throw new PxekitError('several-clients', `say which client is meant: ${known}`);
	}
	return session;
}

const findingLine = ({ severity, code, frames, seen }: Finding): string =>
	`${severity} ${code}${frames[0] === undefined ? '' : `, frame ${frames[0]}`}: ${seen}`;

const shown = (file: string | RegExp): string => (typeof file === 'string' ? JSON.stringify(file) : String(file));

function isNamed({ names }: AskedFile, file: string | RegExp): boolean {
	const wanted = typeof file === 'string' ? withoutSlash(file) : file;
	return names.some((name) => (typeof wanted === 'string' ? name === wanted : new RegExp(wanted).test(name)));
}

function isFrom(row: AskedFile, { from, over }: Pick<FileExpectation, 'from' | 'over'>): boolean {
	return (from === undefined || row.server === from) && (over === undefined || row.over === over);
}

function wanted(file: string | RegExp, { from, over, bytes, content }: FileExpectation): string {
	const parts = [
		from && `from ${from}`,
		over && `over ${over.toUpperCase()}`,
		bytes !== undefined && `with ${bytes} bytes`,
		content && `with the expected ${content.length} bytes`,
	];
	return [shown(file), ...parts.filter(Boolean)].join(' ');
}

/** Why content that was asked for is not there, of a file that is right in all else. */
function contentFault(named: readonly AskedFile[], { bytes, content: expected }: FileExpectation): string {
	const row = named.find((file) => file.complete && file.bytes === (bytes ?? expected?.length));
	if (!row || !expected) return '';
	if (!row.content) return ': the capture does not have all bytes of it, so that they can’t be compared';
	const at = row.content.findIndex((byte, i) => byte !== expected[i]);
	return at < 0 ? '' : `: byte ${at} of what it got is ${hex(row.content[at])} and not ${hex(expected[at])}`;
}

const hex = (byte: number | undefined): string => (byte === undefined ? 'absent' : `0x${hexOfByte(byte)}`);

function wantedOffer({ from, address, file, nextServer }: OfferExpectation): string {
	const parts = [
		address !== undefined && `address ${address}`,
		nextServer !== undefined && `next server ${nextServer}`,
		file !== undefined && `file ${shown(file)}`,
	].filter(Boolean);
	return `${parts.join(', ') || 'anything'}${from === undefined ? '' : ` by ${from}`}`;
}

/** What no packet can have would never be seen. Names are looked up, and refused, by `has`. */
function refuseUnknown(option: DhcpOptionName | number): void {
	if (typeof option === 'string' || (Number.isInteger(option) && option > 0 && option < 255)) return;
	throw new EncodeError('unknown-option', `there is no DHCP option ${option}: their numbers are 1 to 254`);
}

function sameContent({ content }: AskedFile, expected: Uint8Array): boolean {
	return content !== undefined && equalBytes(content, expected);
}

function offers(event: DhcpEvent, { from, address, file, nextServer }: OfferExpectation): boolean {
	const name = bootFileOf(event);
	return (
		(from === undefined || serverOf(event) === from) &&
		(address === undefined || event.packet.yiaddr === address) &&
		(nextServer === undefined || event.packet.siaddr === nextServer) &&
		(file === undefined || (typeof file === 'string' ? name === file : new RegExp(file).test(name)))
	);
}

const whose = (from: 'client' | 'servers' | undefined): string =>
	from === undefined ? '' : from === 'client' ? ' in its own packets' : ' from servers';

function nameOf(option: DhcpOptionName | number): string {
	const row = typeof option === 'number' ? rowOfCode(option) : rowOfName(option);
	return `option ${row?.code ?? option}${row ? ` (${row.name})` : ''}`;
}
