import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from './lab.ts';
import { defaultMac } from './machine.ts';
import { tail } from './program.ts';

/** A machine whose serial line can be typed on. */
export interface ConsoleMachine extends AsyncDisposable {
	/** All that came out of the serial line. */
	serial(): string;
	/** Waits until the serial line has shown this. */
	shown(text: string | RegExp, seconds: number): Promise<void>;
	type(text: string): void;
}

/** Switches on a machine with this firmware image, for firmware that has a command line. */
export async function openConsoleMachine(lab: Lab, name: string, bios: string): Promise<ConsoleMachine> {
	const socketFile = join(lab.folder, `${name}.socket`);
	const serialFile = join(lab.folder, `${name}.serial`);
	const qemu = lab.start(lab.network.boot, `${name}-qemu`, [
		...(['qemu-system-x86_64', '-accel', 'tcg', '-m', '768', '-display', 'none', '-no-reboot', '-bios', bios] as const),
		...['-chardev', `socket,id=console,path=${socketFile},server=on,wait=off,logfile=${serialFile}`],
		...['-serial', 'chardev:console'],
		...['-netdev', `tap,id=n0,ifname=${lab.network.tap},script=no,downscript=no`],
		...['-device', `e1000,netdev=n0,mac=${defaultMac}`],
	]);
	const serial = () => (existsSync(serialFile) ? readFileSync(serialFile, 'latin1') : '');
	while (!existsSync(socketFile) && qemu.running()) await sleep(50);
	const line = connect(socketFile);
	// The log file has it all; what arrives here only has to be taken.
	line.resume();
	line.on('error', () => undefined);
	return {
		serial,
		type: (text) => void line.write(text),
		async shown(text, seconds) {
			const deadline = Date.now() + seconds * 1000;
			const isThere = () => (typeof text === 'string' ? serial().includes(text) : text.test(serial()));
			while (!isThere()) {
				if (!qemu.running() || Date.now() > deadline)
					throw new Error(`${name} did not show ${text}:\n${tail(serial())}`);
				await sleep(100);
			}
		},
		async [Symbol.asyncDispose]() {
			line.destroy();
			await qemu.stop();
		},
	};
}
