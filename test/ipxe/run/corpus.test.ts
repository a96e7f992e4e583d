import { existsSync, readFileSync } from 'node:fs';
import { type IpxeHost, type IpxeRun, runIpxe } from 'pxekit/ipxe';
import { describe, expect, test } from 'vitest';

const foreign = new URL('../../../../shared/foreign/', import.meta.url);
const oracleFile = new URL('oracle/ipxe-e2e.json', foreign);

interface Recording {
	/** `OK`, `FAIL 0x...`, or `running` when the recorder stopped the machine. */
	readonly end: string;
	readonly requests: readonly string[];
	readonly output: string;
}

/** What the recorder's network was: its own server answers by name and at 10.0.2.2, all else stays silent. */
function recorderHost(name: string, script: Uint8Array, mode: '404' | 'dummy'): IpxeHost {
	const own = `http://10.0.2.2/__script/dir/${name}`;
	return {
		platform: 'linux',
		rules: 'ipxe',
		version: '2.0.0+git-20260821',
		commands: { imgextract: false, poweroff: false, reboot: false, pciscan: false, usbscan: false },
		uri: own,
		settings: {
			'net0/mac': '52:54:00:12:34:56',
			'net0/chip': 'slirp',
			'net0.dhcp/ip': '10.0.2.15',
			'net0.dhcp/netmask': '255.255.255.0',
			'net0.dhcp/gateway': '10.0.2.2',
			'net0.dhcp/dns': '10.0.2.3',
			'net0.dhcp/dhcp-server': '10.0.2.2',
			'net0.dhcp/next-server': '10.0.2.2',
		},
		// Its DHCP server answers once.
		dhcp: () => undefined,
		reachable: () => false,
		fetch: ({ uri }) => {
			const [, scheme, host = '', port] = /^([a-z]+):\/\/([^/:]*)(?::(\d+))?/.exec(uri) ?? [];
			if (scheme === 'https' || (host === 'location' && port !== undefined)) return { error: 'reset' };
			if (scheme !== 'http') return { error: 'timeout' };
			if (/^[\d.]+$/.test(host) && host !== '10.0.2.2') return { error: 'timeout' };
			if (uri.replace(/\?.*/, '') === own) return { body: script };
			return mode === '404' ? { status: 404 } : { body: 'dummy' };
		},
		// In the second mode somebody leans on the Enter key.
		answer: (question) => {
			if (mode === '404') return undefined;
			if (question.kind === 'menu') return question.default;
			if (question.kind === 'read') return question.value;
			// Not within 180 ms, though, which one script gives.
			const pressed = question.kind === 'prompt' && question.key === undefined && (question.timeout ?? 1000) >= 1000;
			return pressed ? '\r' : undefined;
		},
		budget: { milliseconds: 4_900, steps: 20_000 },
	};
}

/** Requests as the recorder's server wrote them down: not those for the script itself, and one slash for two. */
function heard(run: IpxeRun, own: string): string[] {
	return run.requests
		.filter(({ uri }) => uri.replace(/\?.*/, '') !== own)
		.filter(({ uri }) => !uri.startsWith('https:') && !uri.startsWith('http://location:'))
		.filter(({ uri }) => /^http:/.test(uri) && !/^http:\/\/(?!10\.0\.2\.2[/:])[\d.]+[/:]/.test(uri))
		.map(({ method, uri }) => `${method} ${uri.replace(/^(http:\/\/[^/]*)\/\//, '$1/')}`);
}

function verdict(recording: Recording, run: IpxeRun, own: string): string {
	const requests = heard(run, own);
	const { kind } = run.outcome;
	if (recording.end === 'running') {
		if (kind !== 'out-of-budget' && kind !== 'shell') return `ended with ${kind}, the real one was running`;
		// The recorder stopped a loop at some moment of its own.
		const same = recording.requests.every((request, at) => requests[at] === request);
		return same && (requests.length === recording.requests.length || isLoop(requests)) ? '' : 'other requests';
	}
	if (requests.join('\n') !== recording.requests.join('\n')) return 'other requests';
	const end = run.status === 0 ? 'OK' : `FAIL 0x${run.status.toString(16)}`;
	return end === recording.end && kind !== 'out-of-budget' ? '' : `ended with ${end} (${kind}), not ${recording.end}`;
}

const isLoop = (requests: readonly string[]) => new Set(requests).size < requests.length / 2;

describe.skipIf(!existsSync(oracleFile))('scripts from the field (../shared/foreign), as a real iPXE ran them', () => {
	const recordings: Readonly<Record<string, Record<'404' | 'dummy', Recording>>> = existsSync(oracleFile)
		? JSON.parse(readFileSync(oracleFile, 'utf8'))
		: {};

	test.each(['404', 'dummy'] as const)('every request and the end, all files answered with %s', async (mode) => {
		const wrong: string[] = [];
		for (const [name, recording] of Object.entries(recordings)) {
			const script = new Uint8Array(readFileSync(new URL(`corpus/ipxe/${name}`, foreign)));
			const host = recorderHost(name, script, mode);
			const run = await runIpxe(script, host);
			const problem = verdict(recording[mode], run, host.uri ?? '');
			if (problem) wrong.push(`${name}: ${problem}`);
		}
		const total = Object.keys(recordings).length;
		expect(total).toBeGreaterThan(150);
		expect(wrong).toEqual([]);
	});
});
