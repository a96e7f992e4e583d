import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

/** How QEMU is started for a firmware. `device` is the network device's model and what belongs to it. */
export interface Firmware {
	readonly program: string;
	readonly device: string;
	/** Arguments; `folder` is for files that the firmware writes. */
	readonly args: (folder: string) => readonly string[];
}

export type FirmwareName = 'bios' | 'ovmf' | 'ovmf-http' | 'aavmf' | 'u-boot-arm64';

/** Without a screen SeaBIOS, and with it iPXE and PXELINUX, write to the serial port: the log tells why a boot failed. */
const noScreen = ['-machine', 'graphics=off'];

/** UEFI in flash: the code, and a new copy of its empty variables. */
function flash(folder: string, code: string, emptyVariables: string): string[] {
	const variables = join(folder, 'uefi-variables.fd');
	copyFileSync(emptyVariables, variables);
	return [
		...['-drive', `if=pflash,format=raw,unit=0,readonly=on,file=${code}`],
		...['-drive', `if=pflash,format=raw,unit=1,file=${variables}`],
	];
}

const ovmf: Firmware = {
	program: 'qemu-system-x86_64',
	device: 'virtio-net-pci,romfile=',
	args: (folder) => [
		...['-machine', 'q35'],
		...flash(folder, '/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_VARS_4M.fd'),
	],
};

/** OVMF asks the machine whether it is to boot by PXE (OvmfPkg/Library/PxeBcPcdProducerLib). */
const noPxe = ['IPv4PXESupport', 'IPv6PXESupport'].flatMap((name) => [
	'-fw_cfg',
	`name=opt/org.tianocore/${name},string=n`,
]);

const arm64 = { program: 'qemu-system-aarch64', device: 'virtio-net-pci,romfile=' } as const;
const arm64Machine = ['-machine', 'virt', '-cpu', 'cortex-a57'];

/** The firmware that machines can have. */
export const firmwares: Readonly<Record<FirmwareName, Firmware>> = {
	/** SeaBIOS with the iPXE ROM of an Intel card. */
	bios: { program: 'qemu-system-x86_64', device: 'e1000', args: () => noScreen },
	/** EDK II for x64; no ROM on the card, so that EDK II's own PXE client is at work. */
	ovmf,
	/** The same with PXE switched off, so that HTTP boot is its first choice. */
	'ovmf-http': { ...ovmf, args: (folder) => [...ovmf.args(folder), ...noPxe] },
	/** EDK II for 64-bit ARM. */
	aavmf: {
		...arm64,
		args: (folder) => [
			...arm64Machine,
			...flash(folder, '/usr/share/AAVMF/AAVMF_CODE.fd', '/usr/share/AAVMF/AAVMF_VARS.fd'),
		],
	},
	'u-boot-arm64': { ...arm64, args: () => [...arm64Machine, '-bios', '/usr/lib/u-boot/qemu_arm64/u-boot.bin'] },
};
