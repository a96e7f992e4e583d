import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCapture } from './capture.ts';
import { type FirmwareName, firmwares } from './firmware.ts';
import type { Lab } from './lab.ts';
import { tail } from './program.ts';

export interface MachineOptions {
	/** Names its log and capture. */
	readonly name: string;
	readonly firmware: FirmwareName;
	/** The boot is done when the serial log holds this, or something that it matches. */
	readonly until: string | RegExp;
	/** Time for one attempt. Default 120. */
	readonly seconds?: number;
	readonly uuid?: string;
	/** What is typed at the machine's serial port, in this order: each once its text stands in what was printed since. */
	readonly typed?: readonly Typed[];
	/** More QEMU arguments. */
	readonly args?: readonly string[];
	/** Called when the boot is done, before the machine is switched off: to look into its memory, say. */
	readonly whenReached?: () => Promise<void>;
}

export interface Typed {
	readonly after: string;
	readonly text: string;
}

/** Keys as a terminal sends them. */
export const keys = { down: '\x1b[B', enter: '\r' } as const;

export interface Boot {
	/** All that came out of the serial port. */
	readonly serial: string;
	/** A pcap of everything that passed the segment during the successful attempt. */
	readonly capture: string;
	/** `Date.now()` at the start of the successful attempt. */
	readonly startedAt: number;
}

/** How many times a boot is tried: emulated firmware now and then hangs by itself. */
const attempts = 3;

export const defaultMac = '52:54:00:77:00:01';
export const defaultUuid = '4c4c4544-0042-3510-8057-b7c04f4d3332';

/** Switches a machine on and waits for its boot. An attempt that failed is told on standard output. */
export async function bootMachine(lab: Lab, options: MachineOptions): Promise<Boot> {
	const { name, firmware, until } = options;
	for (let attempt = 1; ; attempt++) {
		const result = await tryBoot(lab, options, attempt);
		if (result.reached) {
			process.stdout.write(`  ${name} (${firmware}): ${until} after ${result.seconds.toFixed(1)} s\n`);
			return result.boot;
		}
		const story = `${name} (${firmware}): no ${until} in attempt ${attempt} of ${attempts}: ${result.reason}`;
		if (attempt >= attempts) throw new Error(`${story}\nEnd of the serial log:\n${tail(result.boot.serial)}`);
		process.stdout.write(`  ${story}; trying again. End of the serial log:\n${tail(result.boot.serial, 8)}\n`);
	}
}

interface Attempt {
	readonly reached: boolean;
	readonly reason: string;
	readonly seconds: number;
	readonly boot: Boot;
}

async function tryBoot(lab: Lab, options: MachineOptions, attempt: number): Promise<Attempt> {
	const { name, until, seconds = 120, typed = [] } = options;
	const serialFile = join(lab.folder, `${name}-${attempt}.serial`);
	const serialSocket = join(lab.folder, `${name}-${attempt}.socket`);
	rmSync(serialFile, { force: true });
	const serial = () => (existsSync(serialFile) ? readFileSync(serialFile, 'latin1') : '');
	const isDone = () => (typeof until === 'string' ? serial().includes(until) : until.test(serial()));

	await using capture = await startCapture(lab, `${name}-${attempt}`);
	const startedAt = Date.now();
	const command = qemuCommand(lab, options, serialFile, serialSocket);
	await using qemu = lab.start(lab.network.boot, `${name}-${attempt}-qemu`, command);
	const toType = [...typed];
	let typedAt = 0;
	const deadline = startedAt + seconds * 1000;
	let reached = false;
	while (!reached && qemu.running() && Date.now() < deadline) {
		await sleep(100);
		const next = toType[0];
		if (next && serial().includes(next.after, typedAt)) {
			typedAt = serial().length;
			await typeInto(serialSocket, next.text);
			toType.shift();
		}
		reached = isDone();
	}
	reached ||= isDone();
	if (reached) await options.whenReached?.();
	const reason = qemu.running() ? `${seconds} s are over` : `QEMU ended: ${tail(qemu.log(), 3)}`;
	const elapsed = (Date.now() - startedAt) / 1000;
	return { reached, reason, seconds: elapsed, boot: { serial: serial(), capture: capture.file, startedAt } };
}

async function typeInto(serialSocket: string, text: string): Promise<void> {
	const socket = createConnection(serialSocket);
	await once(socket, 'connect');
	// Firmware takes an escape sequence for single keys when too much time passes in it, and loses keys that come too fast.
	socket.write(text);
	await sleep(300);
	socket.destroy();
}

function qemuCommand(
	lab: Lab,
	options: MachineOptions,
	serialFile: string,
	serialSocket: string,
): [string, ...string[]] {
	const { firmware, uuid = defaultUuid, args = [] } = options;
	const { program, device, args: firmwareArgs } = firmwares[firmware];
	return [
		program,
		...['-accel', 'tcg', '-m', '768', '-display', 'none', '-no-reboot', '-uuid', uuid],
		...['-chardev', `socket,id=serial,path=${serialSocket},server=on,wait=off,logfile=${serialFile}`],
		...['-serial', 'chardev:serial'],
		...['-netdev', `tap,id=n0,ifname=${lab.network.tap},script=no,downscript=no`],
		...['-device', `${device},netdev=n0,mac=${defaultMac},bootindex=0`],
		...firmwareArgs(lab.folder),
		...args,
	];
}
