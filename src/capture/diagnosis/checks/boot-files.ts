import type { DhcpEvent } from '../../timeline/session.ts';
import { type CheckRow, type Occurrence, quoted } from './check.ts';
import type { FetchedFile } from './fetched-file.ts';
import { isForOtherMachine, isNoProgram } from './file-kind.ts';
import { bootFileOf, isReply, type SessionView, type StageView } from './view.ts';

/** 640 KiB less what BIOS, ROM and interrupt table take; the vendors' lists say about this much. */
const baseMemory = 500_000;

/** The file that the firmware, or iPXE, was told to run, when it is the only whole one and no other program followed. */
function* bootPrograms(view: SessionView): Generator<{ stage: StageView; file: FetchedFile }> {
	for (const stage of view.stages) {
		if ((stage.stage.kind !== 'rom' && stage.stage.kind !== 'ipxe') || stage.handedOver) continue;
		// Most ROMs fetch one. Windows' and others' programs fetch more through the ROM: then the first one ran.
		const [file, ...more] = stage.files.filter(({ complete }) => complete);
		const named = stage.stage.kind === 'rom' || stage.dhcp.some((event) => namesFile(event, file?.name));
		if (file && more.length === 0 && named) yield { stage, file };
	}
}

const namesFile = (event: DhcpEvent, name: string | undefined): boolean =>
	name !== undefined && isReply(event) && bootFileOf(event).replace(/^\/+/, '') === name.replace(/^\/+/, '');

const describe = ({ name, server }: FetchedFile): string => `${quoted(name)} of ${server}`;

/** What the file itself is, against who asked for it. */
export const bootFileChecks: readonly CheckRow[] = [
	{
		code: 'wrong-arch-file',
		severity: 'error',
		title: 'The boot file is for another kind of machine',
		sign: 'A whole file whose first bytes (MZ and the PE machine type, a jump of 16-bit code, ELF, HdrS) do not fit option 93 of the client.',
		why: 'The firmware loads the file and refuses to run it, or runs it and hangs.',
		advice:
			'Choose the file by option 93: undionly.kpxe or pxelinux.0 for 0, ipxe.efi, snponly.efi or bootx64.efi for 7 and 9, ARM programs for 10 and 11.',
		source: 'PXE 2.1 section 3.4; UEFI 2.10 section 2.1.1; IANA processor architecture types',
		reasons: ['program-too-large'],
		shownOn: ['bios'],
		find: (view) =>
			[...bootPrograms(view)].flatMap(({ stage, file }): Occurrence[] => {
				const { client } = stage;
				if (!client || !file.kind || !isForOtherMachine(file.kind, client.architecture)) return [];
				const tooLarge = stage.console === 'bios' && (file.size ?? 0) >= baseMemory;
				const seen = `${describe(file)} is ${file.kind.what}, and the client is ${client.archName} (option 93: ${client.arch})`;
				return [{ frames: file.frames, seen, ...(tooLarge && { stage }) }];
			}),
	},
	{
		code: 'not-a-boot-program',
		severity: 'error',
		title: 'The firmware is given a file that is no program',
		sign: 'A whole file that is a script, an image, compressed or a web page, fetched by firmware.',
		why: 'Firmware runs programs. Scripts, images and archives are for the boot loader.',
		advice:
			'Give the firmware a boot loader (iPXE, PXELINUX, GRUB), and this file to the loader: to iPXE when option 77 says iPXE.',
		source: 'PXE 2.1 section 3.4; UEFI 2.10 section 2.1.1',
		find: (view) =>
			[...bootPrograms(view)].flatMap(({ stage, file }) => {
				// U-Boot runs scripts, and Raspberry Pi reads its settings.
				if (!stage.client || !file.kind || !isNoProgram(file.kind)) return [];
				if (stage.console !== 'uefi' && stage.console !== 'bios' && stage.console !== 'uefi-http') return [];
				// HTTP boot takes disk images too (UEFI 2.10 section 24.7.2).
				if (stage.console === 'uefi-http' && file.kind.kind === 'iso') return [];
				return [{ frames: file.frames, seen: `${describe(file)} is ${file.kind.what}` }];
			}),
	},
	{
		code: 'program-too-large',
		severity: 'error',
		title: 'The boot program is too large for a PC BIOS',
		sign: 'A whole file of 500 kB or more, fetched by a PC BIOS ROM.',
		why: 'BIOS loads it below 640 KiB, beside the ROM’s own memory.',
		advice: 'Use a smaller program (undionly.kpxe, pxelinux.0), and let it load the large one.',
		source: 'PXE 2.1 section 3.4.1; vendors’ lists of PXE errors (PXE-E79)',
		reasons: ['program-too-large'],
		shownOn: ['bios'],
		find: (view) =>
			[...bootPrograms(view)].flatMap(({ stage, file }) => {
				if (stage.console !== 'bios' || (file.size ?? 0) < baseMemory) return [];
				if (stage.client && file.kind && isForOtherMachine(file.kind, stage.client.architecture)) return [];
				return [{ frames: file.frames, seen: `${describe(file)} has ${file.size} bytes`, stage }];
			}),
	},
	{
		code: 'empty-file',
		severity: 'error',
		title: 'The boot file is empty',
		sign: 'A transfer that ends well with 0 bytes, or an announced size of 0.',
		why: 'There is nothing to run. A copy or a mount that failed leaves such files.',
		advice: 'Copy the file to the server again.',
		source: 'EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcBoot.c (NBP filesize is 0 Bytes)',
		*find(view) {
			for (const stage of view.stages) {
				for (const file of stage.files) {
					const { event } = file;
					const empty =
						event.type === 'tftp' ? event.transfer.bytes === 0 && event.transfer.missingBlocks === 0 : file.size === 0;
					if (file.complete && empty) yield { frames: file.frames, seen: `${describe(file)} has 0 bytes` };
				}
			}
		},
	},
];
