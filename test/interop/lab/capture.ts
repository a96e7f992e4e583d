import { join } from 'node:path';
import type { Lab } from './lab.ts';

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
	return { file, stop: program.stop, [Symbol.asyncDispose]: program.stop };
}
