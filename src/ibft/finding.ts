import type { Issue } from '../wire/issue.ts';

/**
 * Who reads the table. `spec` is the specification itself. `linux` is the kernel's iscsi_ibft since 5.6, `linux<5.6`
 * before. `open-iscsi` is iscsistart and iscsiadm on top of the kernel, and their own reader of before 2022. `windows`
 * is Microsoft's initiator and iPXE's sanbootconf. `freebsd` is isboot.
 */
export type IbftReader = 'spec' | 'linux' | 'linux<5.6' | 'open-iscsi' | 'windows' | 'freebsd';

/** What one reader makes of one oddity. */
export interface IbftFinding extends Issue {
	/**
	 * `refuses`: nothing of the table is used. `drops`: a part is left out. `misreads`: a value is shown or used wrongly.
	 * `notes`: it works, but a person should know.
	 */
	readonly effect: 'refuses' | 'drops' | 'misreads' | 'notes';
	/** What to do about it. */
	readonly cure?: string | undefined;
}

/** What a checker knows beside the table. */
export interface CheckIbftOptions {
	/** Who will read the table. */
	readonly reader: IbftReader;
	/** Network cards of the machine, where known: Windows wants each one's MAC and PCI address in the table. */
	readonly machineNics?: readonly { readonly mac: string; readonly pciAddress?: string | undefined }[] | undefined;
}
