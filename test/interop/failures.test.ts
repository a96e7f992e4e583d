import { copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeLoaders } from './lab/boot-files.ts';
import { run } from './lab/command.ts';
import { startDnsmasq, startPlainDhcp } from './lab/dhcp-server.ts';
import { expectDiagnosis } from './lab/diagnosis.ts';
import { type Failure, failures } from './lab/failures.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { type Boot, bootMachine } from './lab/machine.ts';
import { closeUdpPorts } from './lab/network.ts';
import { missing } from './lab/requirements.ts';
import { tshark } from './lab/tshark.ts';

/** With PXEKIT_RECORD=failures in the environment, what passed is kept in fixtures/captures/failures. */
const recording = process.env.PXEKIT_RECORD === 'failures';

const lacks = missing('ip', 'setpriv', 'qemu-system-x86_64', 'dnsmasq', 'tcpdump', 'tshark');

describe.skipIf(lacks).concurrent(`real firmware fails to boot${lacks ? ` (needs ${lacks})` : ''}`, () => {
	test.each(failures)('$firmware, $name: $message', async (failure) => {
		await using lab = await openLab();
		await startServers(lab, failure);
		const name = `${failure.firmware}_${failure.name}`;
		// A minute is what OVMF waits; on a busy machine its clock goes slow.
		const boot = await bootMachine(lab, { name, firmware: failure.firmware, until: failure.until, seconds: 270 });
		if (recording) await record(lab, name, boot);

		expect(consoleText(boot)).toContain(failure.message);
		const packets = (filter: string) => tshark(boot.capture, filter, 'frame.number');
		for (const filter of failure.seen) expect(await packets(filter), filter).not.toEqual([]);
		for (const filter of failure.unseen) expect(await packets(filter), filter).toEqual([]);
		expectDiagnosis(readFileSync(boot.capture), failure);
	});
});

async function startServers(lab: Lab, { dhcp, proxy, closedPorts }: Failure): Promise<void> {
	const { boot } = lab.network;
	const served = join(lab.folder, 'served');
	writeLoaders(served);
	const tftp = ['--enable-tftp', `--tftp-root=${served}`];
	if (closedPorts) await closeUdpPorts(boot, closedPorts);
	if (dhcp) await startPlainDhcp(lab, boot, [...dhcp, ...tftp]);
	if (proxy) await startDnsmasq(lab, boot, 'proxy', [...proxy, ...tftp]);
}

/** What stood on the screen, without colours, and without the ends of lines: firmware breaks them within a word. */
function consoleText({ serial }: Boot): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what terminals are told with
	return serial.replace(/\x1b\[[0-9;=]*[A-Za-z]/g, '').replace(/\r?\n/g, '');
}

/** Keeps a capture: DHCP and the like whole, of a file's blocks the first 256 bytes if it is a large one. */
async function record(lab: Lab, name: string, { capture }: Boot): Promise<void> {
	const folder = new URL('../../fixtures/captures/failures', import.meta.url).pathname;
	mkdirSync(folder, { recursive: true });
	const kept = join(folder, `${name}.pcap`);
	if (statSync(capture).size <= 100_000) return copyFileSync(capture, kept);
	const part = (what: string) => join(lab.folder, `${name}.${what}.pcap`);
	const [talk, data, cut] = [part('talk'), part('data'), part('cut')];
	await run('tshark', ['-r', capture, '-Y', '!(tftp.opcode == 3)', '-F', 'pcap', '-w', talk]);
	await run('tshark', ['-r', capture, '-Y', 'tftp.opcode == 3', '-F', 'pcap', '-w', data]);
	await run('editcap', ['-s', '302', '-F', 'pcap', data, cut]);
	await run('mergecap', ['-F', 'pcap', '-w', kept, talk, cut]);
}
