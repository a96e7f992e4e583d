import type { BootOutcome } from '../../wire/boot-outcome.ts';
import { versionDay } from '../builds.ts';
import { magicOf } from '../parse.ts';
import { printIpxeBytes } from '../print.ts';
import type { IpxeScript } from '../tree.ts';
import { binaryOf, fromBinary, toBinary } from './binary.ts';
import type { IpxeEvent, IpxeRun } from './events.ts';
import { executeImage } from './execute.ts';
import type { IpxeHost } from './host.ts';
import { Ended, type Image, type Machine, print } from './machine.ts';
import { setFact } from './network-commands.ts';
import { createSettings } from './setting-store.ts';
import { status, statusText } from './status.ts';
import { formatUri, parseUri, uriBasename, uriFolder, uriRulesOf } from './uri.ts';

/**
 * Runs a script as iPXE would for the client that `host` describes, without any network: every request, setting and
 * menu in order, and how it ended. A script that goes on for ever ends with `out-of-budget`.
 *
 * @throws a RangeError when `host` contradicts itself: a setting's value that its type does not allow, or a choice
 * that a menu does not have
 * @example
 * ```ts
 * import { runIpxe } from 'pxekit/ipxe';
 *
 * const script = '#!ipxe\nkernel vmlinuz console=ttyS0 mac=${net0/mac} || goto local\ninitrd initrd.img\nboot\n:local\nexit 1\n';
 * const run = await runIpxe(script, {
 *   uri: 'http://10.0.0.1/boot/start.ipxe',
 *   settings: { 'net0/mac': '52:54:00:12:34:56' },
 * });
 * run.requests.map((request) => request.uri); // => ['http://10.0.0.1/boot/vmlinuz', 'http://10.0.0.1/boot/initrd.img']
 * run.outcome.kind === 'booted' && run.outcome.commandLine; // => 'console=ttyS0 mac=52:54:00:12:34:56'
 *
 * const gone = await runIpxe(script, { uri: 'http://10.0.0.1/start.ipxe', fetch: () => ({ status: 404 }) });
 * gone.outcome.kind === 'firmware' && gone.outcome.status; // => 1
 * ```
 */
export async function runIpxe(script: IpxeScript | string | Uint8Array, host: IpxeHost = {}): Promise<IpxeRun> {
	const body = binaryOf(typeof script === 'string' || script instanceof Uint8Array ? script : printIpxeBytes(script));
	const machine = createMachine(host);
	const uri = host.uri === undefined ? parseUri('script.ipxe') : parseUri(toBinary(host.uri));
	const image: Image = {
		name: uriBasename(uri),
		uri,
		body,
		kind: magicOf(body) === 'none' ? 'other' : 'script',
		commandLine: '',
		autofree: false,
		registered: true,
		replacement: undefined,
	};
	let outcome: BootOutcome;
	let result = 0;
	try {
		machine.images.push(image);
		result = await executeImage(machine, image);
		if (result !== 0) print(machine, `Could not boot: ${statusText(result)}\n`);
		outcome = endOf(machine, result);
	} catch (error) {
		if (!(error instanceof Ended)) throw error;
		outcome = error.outcome;
	}
	return report(machine, outcome, result);
}

function createMachine(host: IpxeHost): Machine {
	const { platform = 'pcbios', version = '2.0.0' } = host;
	const fixed: Record<string, string> = {
		platform,
		version,
		buildarch: host.buildArchitecture ?? (platform === 'pcbios' ? 'i386' : 'x86_64'),
	};
	const settings = createSettings((name) => {
		if (name === 'errno') return machine.errno === 0 ? undefined : bytes32(machine.errno);
		if (name === 'unixtime') return bytes32((host.time ?? 0) + Math.floor(machine.now / 1000));
		if (name === 'cwuri') return machine.cwuri && formatUri(machine.cwuri);
		if (name === 'cwduri') return machine.cwuri && uriFolder(machine.cwuri);
		return Object.hasOwn(fixed, name) ? fixed[name] : undefined;
	});
	const machine: Machine = {
		host,
		settings,
		commands: new Map(),
		uriRules: uriRulesOf(versionDay(version)),
		images: [],
		selected: undefined,
		menus: new Map(),
		parameterLists: new Map(),
		drives: new Map(),
		cwuri: undefined,
		current: undefined,
		errno: 0,
		now: 0,
		steps: 0,
		handled: 0,
		stop: 'none',
		exited: false,
		depth: 0,
		failedLine: undefined,
		events: [],
	};
	for (const [name, value] of Object.entries(host.settings ?? {})) setFact(machine, name, value, '');
	return machine;
}

function bytes32(value: number): string {
	return String.fromCharCode(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

function endOf(machine: Machine, result: number): BootOutcome {
	if (machine.exited) {
		return { kind: 'firmware', status: result, message: result === 0 ? 'exit' : `exit ${result}` };
	}
	if (result === 0) return { kind: 'firmware', status: 0, message: 'the script came to its end' };
	if (result === status('ENOEXEC', 'image') && machine.steps === 0) {
		return { kind: 'failed', message: 'not a script: the first line must be #!ipxe or #!gpxe' };
	}
	return { kind: 'failed', line: machine.failedLine, message: statusText(result) };
}

function report(machine: Machine, outcome: BootOutcome, result: number): IpxeRun {
	const { events } = machine;
	const isRequest = (event: IpxeEvent) => event.kind === 'request';
	return {
		outcome,
		events,
		requests: events.filter(isRequest).map(({ kind: _, ...request }) => request),
		console: events.map((event) => (event.kind === 'console' ? event.text : '')).join(''),
		status: result,
		steps: machine.steps,
		milliseconds: machine.now,
		setting: (name) => fromBinary(machine.settings.get(toBinary(name))),
	};
}
