import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

/** How QEMU is started for a firmware. `device` is the network device's model and what belongs to it. */
export interface Firmware {
	readonly program: string;
	readonly device: string;
	/** Arguments; `folder` is for files that the firmware writes. */
	readonly args: (folder: string) => readonly string[];
}

const ovmf = '/usr/share/OVMF';

export type FirmwareName = 'bios' | 'bios-virtio' | 'ovmf';

/** Without a screen SeaBIOS, and with it iPXE and PXELINUX, write to the serial port: the log tells why a boot failed. */
const noScreen = ['-machine', 'graphics=off'];

/** The firmware that machines can have. */
export const firmwares: Readonly<Record<FirmwareName, Firmware>> = {
	/** SeaBIOS with the iPXE ROM of an Intel card. */
	bios: { program: 'qemu-system-x86_64', device: 'e1000', args: () => noScreen },
	/** SeaBIOS with the iPXE ROM of a virtio card. */
	'bios-virtio': { program: 'qemu-system-x86_64', device: 'virtio-net-pci', args: () => noScreen },
	/** EDK II for x64; no ROM on the card, so that EDK II's own PXE client is at work. */
	ovmf: {
		program: 'qemu-system-x86_64',
		device: 'virtio-net-pci,romfile=',
		args: (folder) => {
			const variables = join(folder, 'ovmf-variables.fd');
			copyFileSync(`${ovmf}/OVMF_VARS_4M.fd`, variables);
			return [
				...['-machine', 'q35'],
				...['-drive', `if=pflash,format=raw,unit=0,readonly=on,file=${ovmf}/OVMF_CODE_4M.fd`],
				...['-drive', `if=pflash,format=raw,unit=1,file=${variables}`],
			];
		},
	},
};
