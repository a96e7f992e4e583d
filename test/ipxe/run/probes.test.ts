import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type IpxeAnswer, type IpxeHost, runIpxe } from 'pxekit/ipxe';
import { describe, expect, test } from 'vitest';

const fixtures = new URL('../../../fixtures/ipxe/', import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, fixtures), 'utf8'));

interface Probe {
	readonly name: string;
	readonly why: string;
	readonly script?: string;
	readonly scriptBase64?: string;
	readonly result: string;
	readonly output: string;
}

/** The iPXE that made the recordings: a Linux program of 2026 with these commands built in or left out. */
const recorded: IpxeHost = {
	platform: 'linux',
	version: '2.0.0+git-20260821',
	interfaces: [],
	commands: { imgextract: false, poweroff: false, pciscan: false, usbscan: false },
	digest: (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex'),
};

/** Recordings that say nothing about iPXE, each with the reason. */
const without: Readonly<Record<string, string>> = {
	'args-before-opts': 'the recording ended without a result',
};

/** The recorder drew menus on a text screen; the dry run reports them as events. */
function withoutScreens(output: string): string {
	const screenMark = '\u001b0m';
	const [before = '', ...screens] = output.split(screenMark);
	// Each screen is text between two escapes, the second at the start of a line.
	return before + screens.map((part, at) => (at % 2 === 1 ? part : '')).join('');
}

const resultOf = (status: number) => (status === 0 ? 'OK' : `FAIL 0x${status.toString(16)}`);

describe('small scripts do what a real iPXE did with them', () => {
	const probes: readonly Probe[] = read('ipxe-probes.json');

	test('at most one in twenty is left out', () => {
		expect(Object.keys(without).length).toBeLessThanOrEqual(probes.length / 20);
		expect(probes.length).toBeGreaterThan(120);
	});

	for (const probe of probes) {
		const reason = without[probe.name];
		test.skipIf(reason !== undefined)(`${probe.name}: ${probe.why}`, async () => {
			const bytes = Buffer.from(probe.scriptBase64 ?? probe.script ?? '', probe.scriptBase64 ? 'base64' : 'utf8');
			const uri = `data:text/plain;base64,${bytes.toString('base64')}`;
			const run = await runIpxe(new Uint8Array(bytes), { ...recorded, uri });
			expect(run.console).toBe(withoutScreens(probe.output));
			expect(resultOf(run.status)).toBe(probe.result);
		});
	}
});

interface NetworkProbe {
	readonly files: Readonly<Record<string, string>>;
	readonly start: string;
	readonly requests: readonly string[];
	readonly output: string;
}

describe('scripts make the requests that a real iPXE made', () => {
	const probes: Readonly<Record<string, NetworkProbe>> = read('ipxe-net.json');
	const server = 'http://10.0.2.2:8098';

	test.each(Object.entries(probes))('%s', async (_, probe) => {
		const fetch = ({ uri }: { uri: string }): IpxeAnswer => {
			const path = uri.replace(server, '').replace(/\?.*/, '');
			const body = probe.files[path];
			return body === undefined ? { status: 404 } : { body };
		};
		const run = await runIpxe(probe.files[probe.start.replace(/\?.*/, '')] as string, {
			...recorded,
			interfaces: ['net0'],
			uri: server + probe.start,
			fetch,
			san: () => false,
		});
		const lines = run.requests.map(({ method, uri, body, headers }) => {
			// The test server took "//h/f7" for "/h/f7", and showed these two headers in this way.
			let line = `${method} ${uri.replace(server, '').replace(/^\/\//, '/')}`;
			if (body !== undefined) line += ` body=${body}`;
			for (const [name, value] of headers) line += name === 'X-Test' ? ` X=${value}` : ` ct=${value}`;
			return line;
		});
		expect([`GET ${probe.start}`, ...lines]).toEqual(probe.requests);
		const end = run.status === 0 ? '@@OK\n' : `@@FAIL 0x${run.status.toString(16)}\n`;
		expect(run.console + end).toBe(probe.output);
	});
});
