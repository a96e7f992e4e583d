import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from './lab.ts';
import type { Program } from './program.ts';

/** A pcap of what passes the segment, while it is being written. */
export interface Capture extends AsyncDisposable {
	readonly file: string;
	stop(): Promise<void>;
}

/** Captures into `NAME.pcap` of the lab's folder what passes the filter, in tcpdump's words; all of it without one. */
export async function startCapture(lab: Lab, name: string, filter = ''): Promise<Capture> {
	const { boot } = lab.network;
	const file = join(lab.folder, `${name}.pcap`);
	const program = lab.start(boot, `${name}-tcpdump`, [
		'tcpdump',
		// Immediate: the last packets before the end must not stay behind in the kernel.
		...['-i', boot.interface, '--immediate-mode', '-U', '-s', '0', '-w', file, filter],
	]);
	await program.logged(/listening on/, 10);
	const stop = async (): Promise<void> => {
		await asleep(program);
		await program.stop();
	};
	return { file, stop, [Symbol.asyncDispose]: stop };
}

/**
 * tcpdump ends at once on a signal and leaves what waits in its ring (libpcap, pcap_breakloop).
 * A packet wakes it, so while it sleeps there is none.
 */
async function asleep(program: Program): Promise<void> {
	const deadline = Date.now() + 5000;
	while (program.running() && Date.now() < deadline && state(program.pid) !== 'S') await sleep(1);
}

/** The third field of /proc/PID/stat (proc(5)); the second stands in parentheses and may hold any character. */
function state(pid: number): string {
	const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
	return stat.charAt(stat.lastIndexOf(')') + 2);
}
