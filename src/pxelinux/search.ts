import { EncodeError } from '../wire/errors.ts';
import { parseIpv4 } from '../wire/ipv4.ts';
import { firstWord } from './lexical.ts';
import { bootInterface, type PxelinuxClient, usableUuid } from './sysappend.ts';

/** What decides where PXELINUX looks for its configuration. */
export interface PxelinuxSearch extends Pick<PxelinuxClient, 'uuid' | 'mac' | 'hardwareType' | 'ip'> {
	/** DHCP option 209. */
	readonly configFile?: string | undefined;
	/** DHCP option 210. */
	readonly pathPrefix?: string | undefined;
	/** Boot file name from DHCP; the prefix is made from it when there is no option 210. */
	readonly bootFile?: string | undefined;
}

/** Longest name that the loader keeps, FILENAME_MAX less its NUL. */
const maximumName = 255;

/**
 * What PXELINUX puts before relative names: option 210, or else the boot file's name without the letters, digits, dots and
 * hyphens at its end. So any other character ends the folder, not only a slash. Source: SYSLINUX core/fs/pxe/pxe.c.
 *
 * @example
 * ```ts
 * import { pxelinuxPathPrefix } from 'pxekit/pxelinux';
 *
 * pxelinuxPathPrefix({ bootFile: 'bios/pxelinux.0' }); // => 'bios/'
 * pxelinuxPathPrefix({ bootFile: 'boot_x.0' }); // => 'boot_'
 * pxelinuxPathPrefix({ bootFile: 'bios/pxelinux.0', pathPrefix: '/arch' }); // => '/arch'
 * ```
 */
export function pxelinuxPathPrefix({
	pathPrefix,
	bootFile = '',
}: Pick<PxelinuxSearch, 'pathPrefix' | 'bootFile'>): string {
	return (pathPrefix ?? bootFile.replace(/[0-9A-Za-z.-]*$/, '')).slice(0, maximumName);
}

/**
 * The names of the configuration files that PXELINUX asks for, in order: option 209, the UUID, the hardware address, the IPv4
 * address in upper-case hexadecimal with 8 to 1 digits, `default`. It takes the first that is there. The UUID stands in the
 * order of the bytes in option 97, and only when its version (the upper half of its seventh byte) is 1 to 14.
 *
 * @throws an {@link EncodeError} when an address or the UUID is malformed
 * @example
 * ```ts
 * import { pxelinuxConfigPaths } from 'pxekit/pxelinux';
 *
 * pxelinuxConfigPaths({ mac: '08:00:27:b2:40:3e', ip: '192.168.0.107', bootFile: 'bios/pxelinux.0' }).slice(0, 3);
 * // => ['bios/pxelinux.cfg/01-08-00-27-b2-40-3e', 'bios/pxelinux.cfg/C0A8006B', 'bios/pxelinux.cfg/C0A8006']
 * ```
 */
export function pxelinuxConfigPaths(search: PxelinuxSearch): string[] {
	const prefix = pxelinuxPathPrefix(search);
	const names: string[] = [];
	if (search.uuid !== undefined) {
		const uuid = usableUuid(search.uuid);
		if (uuid !== undefined) names.push(uuid);
	}
	const interfaceName = bootInterface(search);
	if (interfaceName !== undefined) names.push(interfaceName);
	if (search.ip !== undefined) {
		const hex = Array.from(parseIpv4(search.ip, 'ip'), (byte) => byte.toString(16).padStart(2, '0'))
			.join('')
			.toUpperCase();
		for (let digits = 8; digits > 0; digits--) names.push(hex.slice(0, digits));
	}
	names.push('default');
	const given = search.configFile ? [search.configFile] : [];
	return [...given, ...names.map((name) => `pxelinux.cfg/${name}`)].map((name) => withPrefix(name, prefix));
}

/** What a file name means to PXELINUX. */
type PxelinuxNameKind = 'url' | 'other-server' | 'relative';

/**
 * How PXELINUX takes a file name, after its first colon: `//` makes a URL, another colon a TFTP server before it, anything
 * else is relative to the prefix. Source: SYSLINUX core/fs/pxe/url.c.
 */
function nameKind(name: string): PxelinuxNameKind {
	const after = /:(.{0,2})/s.exec(name)?.[1] ?? '';
	return after === '//' ? 'url' : after.startsWith(':') ? 'other-server' : 'relative';
}

/**
 * A name as it goes on the wire: with the prefix when it is relative, cut at white space and at 255 characters.
 *
 * @internal
 */
export function withPrefix(name: string, prefix: string): string {
	const word = firstWord(name).slice(0, maximumName);
	return nameKind(word) === 'relative' ? prefix + word : word;
}

/**
 * Where PXELINUX gets a file, as a URI. A TFTP name that begins with a slash has two slashes after the server's address.
 *
 * @throws an {@link EncodeError} `no-server` for a TFTP name when the server's address is not known
 * @example
 * ```ts
 * import { pxelinuxFileUri } from 'pxekit/pxelinux';
 *
 * const where = { prefix: 'bios/', serverIp: '10.0.0.1' };
 * pxelinuxFileUri('vmlinuz', where); // => 'tftp://10.0.0.1/bios/vmlinuz'
 * pxelinuxFileUri('::/vmlinuz', where); // => 'tftp://10.0.0.1//vmlinuz'
 * pxelinuxFileUri('10.0.0.2::vmlinuz', where); // => 'tftp://10.0.0.2/vmlinuz'
 * pxelinuxFileUri('http://10.0.0.3/vmlinuz', where); // => 'http://10.0.0.3/vmlinuz'
 * ```
 */
export function pxelinuxFileUri(
	name: string,
	{ prefix = '', serverIp }: { readonly prefix?: string | undefined; readonly serverIp?: string | undefined },
): string {
	const full = withPrefix(name, prefix);
	if (nameKind(full) === 'url') return full;
	const split = nameKind(full) === 'other-server' ? full.indexOf('::') : -1;
	const server = split > 0 ? full.slice(0, split) : serverIp;
	if (server === undefined)
		throw new EncodeError('no-server', `give the boot server's address for ${name}`, { path: 'serverIp' });
	return `tftp://${server}/${split < 0 ? full : full.slice(split + 2)}`;
}
