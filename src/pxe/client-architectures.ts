/** What runs on the client when it asks for a boot file. */
export type Firmware = 'bios' | 'uefi' | 'u-boot' | 'other';

/** One row of {@link clientArchitectures}. */
export interface ClientArchitecture {
	/** As in option 93, and in decimal in option 60. */
	readonly number: number;
	readonly name: string;
	readonly firmware: Firmware;
	/** Instruction set in the words of boot loaders: `x64`, `aa64`, `ia32`; `undefined` where there is no such word. */
	readonly cpu?: string;
	/** Width of the machine's words; `undefined` where the type does not tell. */
	readonly bits?: 32 | 64 | 128;
	/** Asks for a URI over HTTP instead of a file over TFTP. */
	readonly http: boolean;
	readonly note?: string;
}

/**
 * Client system architectures: RFC 5970 section 3.3 and the registry "Processor Architecture Types" of IANA. RFC 4578
 * prints 7 and 9 the other way round (erratum 4624); clients that follow the print send 9 for x64.
 *
 * @example
 * ```ts
 * import { clientArchitectures } from 'pxekit/pxe';
 *
 * clientArchitectures[7]?.name; // => 'x64 UEFI'
 * clientArchitectures.filter((row) => row.http && row.cpu === 'x64').map((row) => row.number); // => [16]
 * ```
 */
export const clientArchitectures: readonly ClientArchitecture[] = [
	{ number: 0, name: 'x86 BIOS', firmware: 'bios', http: false },
	{ number: 1, name: 'NEC PC-98', firmware: 'other', http: false, note: 'deprecated' },
	{ number: 2, name: 'Itanium', firmware: 'uefi', cpu: 'ia64', bits: 64, http: false },
	{ number: 3, name: 'DEC Alpha', firmware: 'other', http: false, note: 'deprecated' },
	{ number: 4, name: 'Arc x86', firmware: 'other', http: false, note: 'deprecated' },
	{ number: 5, name: 'Intel Lean Client', firmware: 'other', http: false, note: 'deprecated' },
	{ number: 6, name: 'x86 UEFI', firmware: 'uefi', cpu: 'ia32', bits: 32, http: false },
	{
		number: 7,
		name: 'x64 UEFI',
		firmware: 'uefi',
		cpu: 'x64',
		bits: 64,
		http: false,
		note: '9 in RFC 4578 as printed',
	},
	{ number: 8, name: 'EFI Xscale', firmware: 'uefi', http: false, note: 'deprecated' },
	{ number: 9, name: 'EBC', firmware: 'uefi', cpu: 'ebc', http: false, note: 'sent for x64 by some old firmware' },
	{ number: 10, name: 'ARM 32-bit UEFI', firmware: 'uefi', cpu: 'arm', bits: 32, http: false },
	{ number: 11, name: 'ARM 64-bit UEFI', firmware: 'uefi', cpu: 'aa64', bits: 64, http: false },
	{ number: 12, name: 'PowerPC Open Firmware', firmware: 'other', http: false },
	{ number: 13, name: 'PowerPC ePAPR', firmware: 'other', http: false },
	{ number: 14, name: 'POWER OPAL v3', firmware: 'other', http: false },
	{ number: 15, name: 'x86 UEFI boot from HTTP', firmware: 'uefi', cpu: 'ia32', bits: 32, http: true },
	{ number: 16, name: 'x64 UEFI boot from HTTP', firmware: 'uefi', cpu: 'x64', bits: 64, http: true },
	{ number: 17, name: 'EBC boot from HTTP', firmware: 'uefi', cpu: 'ebc', http: true },
	{ number: 18, name: 'ARM 32-bit UEFI boot from HTTP', firmware: 'uefi', cpu: 'arm', bits: 32, http: true },
	{ number: 19, name: 'ARM 64-bit UEFI boot from HTTP', firmware: 'uefi', cpu: 'aa64', bits: 64, http: true },
	{ number: 20, name: 'PC/AT BIOS boot from HTTP', firmware: 'bios', http: true },
	{ number: 21, name: 'ARM 32-bit U-Boot', firmware: 'u-boot', cpu: 'arm', bits: 32, http: false },
	{ number: 22, name: 'ARM 64-bit U-Boot', firmware: 'u-boot', cpu: 'aa64', bits: 64, http: false },
	{ number: 23, name: 'ARM 32-bit U-Boot boot from HTTP', firmware: 'u-boot', cpu: 'arm', bits: 32, http: true },
	{ number: 24, name: 'ARM 64-bit U-Boot boot from HTTP', firmware: 'u-boot', cpu: 'aa64', bits: 64, http: true },
	{ number: 25, name: 'RISC-V 32-bit UEFI', firmware: 'uefi', cpu: 'riscv32', bits: 32, http: false },
	{ number: 26, name: 'RISC-V 32-bit UEFI boot from HTTP', firmware: 'uefi', cpu: 'riscv32', bits: 32, http: true },
	{ number: 27, name: 'RISC-V 64-bit UEFI', firmware: 'uefi', cpu: 'riscv64', bits: 64, http: false },
	{ number: 28, name: 'RISC-V 64-bit UEFI boot from HTTP', firmware: 'uefi', cpu: 'riscv64', bits: 64, http: true },
	{ number: 29, name: 'RISC-V 128-bit UEFI', firmware: 'uefi', cpu: 'riscv128', bits: 128, http: false },
	{ number: 30, name: 'RISC-V 128-bit UEFI boot from HTTP', firmware: 'uefi', cpu: 'riscv128', bits: 128, http: true },
	{ number: 31, name: 's390 Basic', firmware: 'other', http: false },
	{ number: 32, name: 's390 Extended', firmware: 'other', http: false },
	{ number: 33, name: 'MIPS 32-bit UEFI', firmware: 'uefi', cpu: 'mips32', bits: 32, http: false },
	{ number: 34, name: 'MIPS 64-bit UEFI', firmware: 'uefi', cpu: 'mips64', bits: 64, http: false },
	{ number: 35, name: 'Sunway 32-bit UEFI', firmware: 'uefi', cpu: 'sw32', bits: 32, http: false },
	{ number: 36, name: 'Sunway 64-bit UEFI', firmware: 'uefi', cpu: 'sw64', bits: 64, http: false },
	{ number: 37, name: 'LoongArch 32-bit UEFI', firmware: 'uefi', cpu: 'loongarch32', bits: 32, http: false },
	{
		number: 38,
		name: 'LoongArch 32-bit UEFI boot from HTTP',
		firmware: 'uefi',
		cpu: 'loongarch32',
		bits: 32,
		http: true,
	},
	{ number: 39, name: 'LoongArch 64-bit UEFI', firmware: 'uefi', cpu: 'loongarch64', bits: 64, http: false },
	{
		number: 40,
		name: 'LoongArch 64-bit UEFI boot from HTTP',
		firmware: 'uefi',
		cpu: 'loongarch64',
		bits: 64,
		http: true,
	},
	{ number: 41, name: 'ARM rpiboot', firmware: 'other', http: false },
];

/** The table's row, or one that says that it is unknown. */
export function clientArchitecture(number: number): ClientArchitecture {
	return clientArchitectures[number] ?? { number, name: `unknown (${number})`, firmware: 'other', http: false };
}
