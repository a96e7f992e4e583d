import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kernelPackage, userspaceMarker, writeInitrd } from '../lab/boot-files.ts';
import { run } from '../lab/command.ts';
import { startProgram } from '../lab/program.ts';

/** Debian's kernel, and an initrd that tells what it and open-iscsi make of the iBFT. */
export interface IbftKernel {
	/** Boots with the table among its ACPI tables; QEMU puts length and checksum right. `mac` is given to a card. */
	boot(table: Uint8Array, mac: string): Promise<KernelAnswer>;
}

export interface KernelAnswer {
	/** Files below /sys/firmware/ibft. */
	readonly sysfs: Readonly<Record<string, string>>;
	/** What `iscsistart -f` printed. */
	readonly iscsistart: string;
	/** The kernel's messages about the table. */
	readonly messages: string;
}

/** Boots under emulation may fail for reasons of the emulation. */
const attempts = 3;

const modules = ['iscsi_boot_sysfs', 'iscsi_ibft', 'dummy'];

// A dummy card stands in for the NIC: iscsistart looks for the table's MAC. The dynamic loader is called by hand, so
// that all of open-iscsi can live in one folder.
const script = [
	'$b insmod /lib/dummy.ko numdummies=1',
	"$b ip link set dummy0 address $($b sed 's/.*pxekit.mac=//; s/ .*//' /proc/cmdline)",
	'for m in iscsi_boot_sysfs iscsi_ibft; do $b insmod /lib/$m.ko; done',
	'cd /sys/firmware/ibft && for f in */*; do [ -f "$f" ] && echo "PXEKIT-IBFT $f=$($b cat "$f")"; done; cd /',
	'echo PXEKIT-ISCSISTART; /lib/ld.so --library-path /lib /lib/iscsistart -f; echo PXEKIT-END',
	'$b dmesg | $b grep -i ibft | $b sed "s/^/PXEKIT-DMESG /"',
].join('\n');

export async function prepareKernel(folder: string): Promise<IbftKernel> {
	const kernel = await kernelPackage();
	const tree = join(kernel, 'lib/modules');
	const found = readdirSync(tree, { recursive: true, encoding: 'utf8' });
	const files: Record<string, string> = {};
	for (const name of modules) {
		files[`lib/${name}.ko`] = join(tree, found.find((path) => path.endsWith(`/${name}.ko`)) as string);
	}
	const iscsistart = (await run('sh', ['-c', 'command -v iscsistart || echo /sbin/iscsistart'])).trim();
	for (const [path] of (await run('ldd', [iscsistart])).matchAll(/\/\S+/g)) {
		const name = path.split('/').at(-1) as string;
		files[`lib/${name.startsWith('ld-') ? 'ld.so' : name}`] = path;
	}
	files['lib/iscsistart'] = iscsistart;
	const initrd = join(folder, 'ibft-initrd.img');
	await writeInitrd(initrd, { script, files });
	let boots = 0;
	return {
		async boot(table, mac) {
			const name = `table-${++boots}`;
			const file = join(folder, `${name}.bin`);
			writeFileSync(file, table);
			for (let attempt = 1; ; attempt++) {
				await using qemu = startProgram({
					name,
					logFile: join(folder, `${name}-${attempt}.log`),
					command: [
						...(['qemu-system-x86_64', '-accel', 'tcg', '-m', '512', '-display', 'none', '-serial', 'stdio'] as const),
						...['-net', 'none', '-no-reboot', '-acpitable', `file=${file}`],
						...['-kernel', join(kernel, 'vmlinuz'), '-initrd', initrd],
						// The kernel's check of the timer fails now and then under emulation on a busy machine, and halts it.
						...['-append', `console=ttyS0 quiet panic=1 no_timer_check pxekit.mac=${mac} `],
					],
				});
				try {
					await qemu.logged(new RegExp(`^${userspaceMarker}\r?$`, 'm'), 60);
					return answerIn(qemu.log());
				} catch (error) {
					if (attempt === attempts) throw error;
					process.stdout.write(`  attempt ${attempt} of ${attempts}: ${error}\n`);
				}
			}
		},
	};
}

function answerIn(serial: string): KernelAnswer {
	const lines = serial.split(/\r?\n/);
	const marked = (marker: string) =>
		lines.filter((line) => line.startsWith(`${marker} `)).map((line) => line.slice(marker.length + 1));
	const start = lines.indexOf('PXEKIT-ISCSISTART');
	return {
		sysfs: Object.fromEntries(
			marked('PXEKIT-IBFT').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
		),
		iscsistart: lines
			.slice(start + 1, lines.indexOf('PXEKIT-END'))
			.map((line) => `${line}\n`)
			.join(''),
		messages: marked('PXEKIT-DMESG').join('\n'),
	};
}
