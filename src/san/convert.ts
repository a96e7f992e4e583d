import { EncodeError } from '../wire/errors.ts';
import { lunNumber } from './lun.ts';
import type { IscsiTarget, SanTarget } from './target.ts';
import { formatSanUri, sanPort } from './uri.ts';

/** What the initiator adds to a target. */
export interface InitiatorOptions {
	/** Name of the initiator: `iqn.2004-01.org.example:host1`. */
	readonly initiator?: string | undefined;
}

/**
 * Kernel arguments with which dracut's initramfs mounts the target. They hold the credentials, when the target has any:
 * the form has no other place for them, and whoever reads `/proc/cmdline` reads them.
 *
 * @throws an {@link EncodeError} for what `netroot=` can't say: a LUN over 255, `:` or `@` in a secret
 * @example
 * ```ts
 * import { dracutArguments } from 'pxekit/san';
 *
 * dracutArguments({ scheme: 'iscsi', server: '10.0.0.1', lun: '1', name: 'iqn.2004-01.org.example:disk1' });
 * // => ['netroot=iscsi:10.0.0.1:::1:iqn.2004-01.org.example:disk1']
 * ```
 */
export function dracutArguments(target: IscsiTarget, { initiator }: InitiatorOptions = {}): string[] {
	const netroot = `netroot=${formatSanUri(target, { dialect: 'dracut', withCredentials: true })}`;
	return initiator === undefined ? [netroot] : [netroot, `rd.iscsi.initiator=${checkedInitiator(initiator)}`];
}

/**
 * Arguments for open-iscsi's `iscsistart`, which logs in from an initramfs. They hold the credentials, when the target
 * has any. The LUN is not among them: `iscsistart` attaches all units of a target.
 *
 * @throws an {@link EncodeError} `no-initiator` without an initiator name
 * @example
 * ```ts
 * import { iscsistartArguments } from 'pxekit/san';
 *
 * iscsistartArguments(
 *   { scheme: 'iscsi', server: '10.0.0.1', lun: '0', name: 'iqn.2004-01.org.example:disk1' },
 *   { initiator: 'iqn.2004-01.org.example:host1' },
 * ).join(' ');
 * // => '-i iqn.2004-01.org.example:host1 -t iqn.2004-01.org.example:disk1 -g 1 -a 10.0.0.1 -p 3260'
 * ```
 */
export function iscsistartArguments(
	target: IscsiTarget,
	{
		initiator,
		portalGroup = 1,
	}: InitiatorOptions & { /** Target portal group tag; 1 by default. */ portalGroup?: number } = {},
): string[] {
	if (initiator === undefined)
		throw new EncodeError('no-initiator', 'iscsistart wants an initiator name', { path: 'initiator' });
	if (target.server === '')
		throw new EncodeError('no-server', 'iscsistart does no discovery; give a server', { path: 'server' });
	formatSanUri(target);
	const { credentials } = target;
	return [
		...['-i', checkedInitiator(initiator), '-t', target.name, '-g', String(portalGroup)],
		...['-a', target.server, '-p', String(sanPort(target))],
		...(credentials ? ['-u', credentials.username, '-w', credentials.password.reveal()] : []),
		...(credentials?.reverseUsername === undefined
			? []
			: ['-U', credentials.reverseUsername, '-W', credentials.reversePassword?.reveal() ?? '']),
	];
}

/**
 * iPXE settings that say the same: the URI in `root-path`, CHAP credentials and initiator name in their own settings. A
 * user of HTTP stands in the URI: iPXE looks nowhere else (net/tcp/httpbasic.c).
 *
 * @throws an {@link EncodeError} for NVMe over TCP, which iPXE can't boot from
 * @example
 * ```ts
 * import { ipxeSanSettings } from 'pxekit/san';
 *
 * ipxeSanSettings({ scheme: 'aoe', major: 1, minor: 0 }); // => { 'root-path': 'aoe:e1.0' }
 * ```
 */
export function ipxeSanSettings(target: SanTarget, { initiator }: InitiatorOptions = {}): Record<string, string> {
	if (target.scheme === 'nvme+tcp') throw new EncodeError('no-nvme', 'iPXE has no NVMe over TCP', { path: 'scheme' });
	const credentials = target.scheme === 'iscsi' ? target.credentials : undefined;
	return {
		'root-path': formatSanUri(target, { dialect: 'ipxe', withCredentials: target.scheme !== 'iscsi' }),
		...(initiator !== undefined && { 'initiator-iqn': checkedInitiator(initiator) }),
		...(credentials && { username: credentials.username, password: credentials.password.reveal() }),
		...(credentials?.reverseUsername !== undefined && {
			'reverse-username': credentials.reverseUsername,
			'reverse-password': credentials.reversePassword?.reveal() ?? '',
		}),
	};
}

/**
 * The link below `/dev/disk/by-path` (without the part before `ip-`) that udev makes for an iSCSI disk, for tests and
 * `root=` arguments. `undefined` when the LUN is not a plain number.
 *
 * @example
 * ```ts
 * import { iscsiDiskPath } from 'pxekit/san';
 *
 * iscsiDiskPath({ scheme: 'iscsi', server: '10.0.0.1', lun: '1f', name: 'iqn.2004-01.org.example:disk1' });
 * // => 'ip-10.0.0.1:3260-iscsi-iqn.2004-01.org.example:disk1-lun-31'
 * ```
 */
export function iscsiDiskPath(target: IscsiTarget): string | undefined {
	const lun = lunNumber(target.lun);
	return lun === undefined ? undefined : `ip-${target.server}:${sanPort(target)}-iscsi-${target.name}-lun-${lun}`;
}

/** @internal */
export function checkedInitiator(initiator: string): string {
	if (!/^[\x21-\x7e]{1,223}$/.test(initiator)) {
		throw new EncodeError('bad-initiator', 'an initiator name has 1 to 223 visible ASCII characters', {
			path: 'initiator',
		});
	}
	return initiator;
}
