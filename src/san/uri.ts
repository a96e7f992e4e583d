import { DecodeError, EncodeError } from '../wire/errors.ts';
import {
	formatAoe,
	formatFcp,
	formatImage,
	formatNvmeTcp,
	formatSrp,
	parseAoe,
	parseFcp,
	parseImage,
	parseNvmeTcp,
	parseSrp,
} from './forms.ts';
import { formatIscsi, type IscsiDialect, parseIscsi } from './iscsi.ts';
import type { SanTarget } from './target.ts';

/** How to read a SAN boot URI. */
export interface ParseSanOptions {
	/** Whose reading of `iscsi:`. `'rfc4173'` by default. */
	readonly dialect?: IscsiDialect | undefined;
}

/** How to write a SAN boot URI. */
export interface FormatSanOptions {
	/** For whom an `iscsi:` URI is written. `'rfc4173'` by default. */
	readonly dialect?: IscsiDialect | undefined;
	/** Write user and password where the form has a place for them (dracut, http). `false` by default. */
	readonly withCredentials?: boolean | undefined;
}

const parsers: Readonly<Record<SanTarget['scheme'], (text: string, dialect: IscsiDialect) => SanTarget>> = {
	iscsi: parseIscsi,
	aoe: parseAoe,
	fcp: parseFcp,
	ib_srp: parseSrp,
	'nvme+tcp': parseNvmeTcp,
	http: parseImage,
	https: parseImage,
	nfs: parseImage,
};

/**
 * Reads a SAN boot URI, as DHCP option 17 (root path), iPXE's `sanboot` and kernel arguments carry it.
 *
 * @throws a {@link DecodeError}: `unknown-scheme`, or `bad-` and the scheme, with the field in `path`. Neither message nor path
 *   shows a password.
 * @example
 * ```ts
 * import { parseSanUri } from 'pxekit/san';
 *
 * parseSanUri('iscsi:192.168.0.1:::1:iqn.2004-01.org.example:disk1');
 * // => { scheme: 'iscsi', server: '192.168.0.1', lun: '1', name: 'iqn.2004-01.org.example:disk1' }
 * parseSanUri('aoe:e1.0'); // => { scheme: 'aoe', major: 1, minor: 0 }
 * ```
 */
export function parseSanUri(text: string, { dialect = 'rfc4173' }: ParseSanOptions = {}): SanTarget {
	const scheme = /^[a-z][a-z0-9+._-]*(?=:)/i.exec(text)?.[0].toLowerCase() ?? '';
	if (!Object.hasOwn(parsers, scheme)) {
		throw new DecodeError('unknown-scheme', `no SAN scheme that is known: ${JSON.stringify(scheme)}`, {
			path: 'scheme',
		});
	}
	return parsers[scheme as SanTarget['scheme']](text, dialect);
}

/**
 * Writes a SAN boot URI in its shortest form. Credentials are left out unless asked for.
 *
 * @throws an {@link EncodeError} when the form (or the dialect) has no way to say it
 * @example
 * ```ts
 * import { formatSanUri } from 'pxekit/san';
 *
 * formatSanUri({ scheme: 'iscsi', server: '2001:db8::1', port: 3261, lun: '0', name: 'iqn.2004-01.org.example:disk1' });
 * // => 'iscsi:[2001:db8::1]::3261::iqn.2004-01.org.example:disk1'
 * ```
 */
export function formatSanUri(
	target: SanTarget,
	{ dialect = 'rfc4173', withCredentials = false }: FormatSanOptions = {},
): string {
	switch (target.scheme) {
		case 'iscsi':
			return formatIscsi(target, dialect, withCredentials);
		case 'aoe':
			return formatAoe(target);
		case 'fcp':
			return formatFcp(target);
		case 'ib_srp':
			return formatSrp(target);
		case 'nvme+tcp':
			return formatNvmeTcp(target);
		case 'http':
		case 'https':
		case 'nfs':
			return formatImage(target, withCredentials);
		default:
			throw new EncodeError('unknown-scheme', `no SAN scheme: ${JSON.stringify((target as SanTarget).scheme)}`, {
				path: 'scheme',
			});
	}
}

/**
 * The TCP port to connect to: the target's own, or the default of its protocol. `undefined` for what is not iSCSI or
 * NVMe over TCP.
 *
 * @example
 * ```ts
 * import { parseSanUri, sanPort } from 'pxekit/san';
 *
 * sanPort(parseSanUri('iscsi:10.0.0.1::::iqn.2004-01.org.example:disk1')); // => 3260
 * sanPort(parseSanUri('nvme+tcp://10.0.0.1/nqn.2014-08.org.nvmexpress.discovery')); // => 8009
 * ```
 */
export function sanPort(target: SanTarget): number | undefined {
	if (target.scheme === 'iscsi') return target.port ?? 3260;
	if (target.scheme !== 'nvme+tcp') return undefined;
	return target.port ?? (target.subsystem === 'nqn.2014-08.org.nvmexpress.discovery' ? 8009 : 4420);
}
