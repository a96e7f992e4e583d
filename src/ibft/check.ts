import { firmwareFindings } from './check-firmware.ts';
import { checkSpec } from './check-spec.ts';
import { checkFreebsd, checkLinux, checkOpenIscsi } from './check-unix.ts';
import { checkWindows } from './check-windows.ts';
import type { CheckIbftOptions, IbftFinding, IbftReader } from './finding.ts';
import type { Ibft } from './model.ts';

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
