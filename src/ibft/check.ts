import type { Issue } from '../wire/issue.ts';
import { firmwareFindings } from './check-firmware.ts';
import { checkSpec } from './check-spec.ts';
import { checkFreebsd, checkLinux, checkOpenIscsi } from './check-unix.ts';
import { checkWindows } from './check-windows.ts';
import type { Ibft } from './model.ts';

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

/**
 * Says what a reader will refuse, drop or misread in a table. An empty list means that it takes all of it.
 *
 * @example
 * ```ts
 * import { checkIbft, decodeIbft, encodeIbft } from 'pxekit/ibft';
 *
 * const table = decodeIbft(encodeIbft({
 *   initiator: { name: 'iqn.2004-01.org.example:host1' },
 *   nics: [{ mac: '52:54:00:12:34:56', address: '10.0.0.2', prefixLength: 24, gateway: '10.0.0.254' }],
 *   targets: [{ name: 'iqn.2004-01.org.example:a', address: '10.0.0.1' }],
 * }));
 * checkIbft(table, { reader: 'linux' }); // => []
 * checkIbft(table, { reader: 'windows' }).map(({ code }) => code); // => ['nic-without-pci', 'gateway-on-link']
 * ```
 */
export function checkIbft(table: Ibft, options: CheckIbftOptions): IbftFinding[] {
	const { reader } = options;
	return [...checkers[reader](table, options), ...firmwareFindings(table)];
}

const checkers: Record<IbftReader, (table: Ibft, options: CheckIbftOptions) => IbftFinding[]> = {
	spec: checkSpec,
	linux: (table) => checkLinux(table, false),
	'linux<5.6': (table) => checkLinux(table, true),
	'open-iscsi': checkOpenIscsi,
	windows: checkWindows,
	freebsd: checkFreebsd,
};
