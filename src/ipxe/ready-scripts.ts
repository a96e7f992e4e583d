import { EncodeError } from '../wire/errors.ts';
import { type IpxeBuilder, ipxe } from './builder.ts';
import type { IpxeMenuEntry } from './builder-options.ts';
import { type IpxeValue, ipxeText, setting } from './words.ts';

/** The facts about a client that a server most often chooses by, as `name: setting` of a query. */
const usualFacts: Readonly<Record<string, IpxeValue>> = {
	mac: setting('net0/mac', 'hexhyp'),
	uuid: setting('uuid'),
	serial: setting('serial', 'uristring'),
	platform: setting('platform'),
	arch: setting('buildarch'),
};

/**
 * Asks a server what to do: chains a URL with facts about the client as its query, again and again until it answers.
 *
 * @param facts name in the query and value; by default mac, uuid, serial, platform and arch
 * @throws an {@link EncodeError} for a URL that has a query already
 * @example
 * ```ts
 * import { chainWithFacts, setting } from 'pxekit/ipxe';
 *
 * const script = chainWithFacts('http://10.0.0.1/boot', { mac: setting('net0/mac') });
 * script.toString().split('\n')[2]; // => 'chain http://10.0.0.1/boot?mac=${net0/mac} && goto ask_done ||'
 * ```
 */
export function chainWithFacts(url: string, facts: Readonly<Record<string, IpxeValue>> = usualFacts): IpxeBuilder {
	if (/[?#]/.test(url)) throw new EncodeError('has-query', `the URL has a query already: ${JSON.stringify(url)}`);
	const pairs = Object.entries(facts).map(
		([name, value], at) => ipxeText`${at === 0 ? '?' : '&'}${encodeURIComponent(name)}=${queryValue(value)}`,
	);
	const uri = { parts: [url, ...pairs.flatMap(({ parts }) => parts)] };
	return ipxe().retry({ label: 'ask' }, (builder) => builder.chain(uri));
}

/** A literal must not end its own field of the query. */
function queryValue(value: IpxeValue): IpxeValue {
	return typeof value === 'string' ? encodeURIComponent(value) : value;
}

/** A file with the name that iPXE gives it. */
function fileName(uri: string): string {
	return uri.replace(/[?#].*/s, '').replace(/^.*\//s, '');
}

/** What {@link bootLinux} boots. */
export interface LinuxBoot {
	readonly kernel: string;
	readonly initrds?: readonly string[] | undefined;
	/** Words of the command line. `initrd=` is added for each initrd: UEFI kernels need it, others ignore it. */
	readonly commandLine?: readonly IpxeValue[] | undefined;
}

/**
 * A kernel with its initrds; when anything fails, back to the firmware's next boot entry.
 *
 * @example
 * ```ts
 * import { bootLinux } from 'pxekit/ipxe';
 *
 * const script = bootLinux({ kernel: 'http://10.0.0.1/vmlinuz', initrds: ['http://10.0.0.1/initrd.img'], commandLine: ['quiet'] });
 * script.toString().split('\n')[2]; // => 'kernel http://10.0.0.1/vmlinuz quiet initrd=initrd.img || goto failed'
 * ```
 */
export function bootLinux({ kernel, initrds = [], commandLine = [] }: LinuxBoot): IpxeBuilder {
	const names = imageNames(kernel, initrds);
	const script = ipxe()
		.imgfree()
		.kernel(kernel, [...commandLine, ...names.map((name) => `initrd=${name}`)])
		.or(toFailed);
	for (const [at, initrd] of initrds.entries()) {
		const name = names[at] as string;
		script.initrd(initrd, [], name === fileName(initrd) ? {} : { name }).or(toFailed);
	}
	return withFailure(script.boot().or(toFailed));
}

/** The initrds' file names; another name where that is taken, empty or would need an escape. */
function imageNames(kernel: string, initrds: readonly string[]): string[] {
	const taken = new Set([fileName(kernel)]);
	return initrds.map((initrd, at) => {
		const own = fileName(initrd);
		const name = /^[\w.+-]+$/.test(own) && !taken.has(own) ? own : `initrd-${at + 1}`;
		taken.add(name);
		return name;
	});
}

const toFailed = (builder: IpxeBuilder): IpxeBuilder => builder.goto('failed');

/** The end of a script that gives the machine back to its firmware; 1 makes UEFI try the next entry. */
function withFailure(script: IpxeBuilder): IpxeBuilder {
	return script.label('failed').imgfree().exit(1);
}

/**
 * An ISO image in memory, for BIOS machines.
 *
 * @param memdisk URI of SYSLINUX's `memdisk`
 * @example
 * ```ts
 * import { bootIsoInMemory } from 'pxekit/ipxe';
 *
 * const script = bootIsoInMemory('http://10.0.0.1/memdisk', 'http://10.0.0.1/tools.iso');
 * script.toString().split('\n')[2]; // => 'kernel http://10.0.0.1/memdisk iso raw || goto failed'
 * ```
 */
export function bootIsoInMemory(memdisk: string, iso: string): IpxeBuilder {
	return withFailure(
		ipxe().imgfree().kernel(memdisk, ['iso', 'raw']).or(toFailed).initrd(iso).or(toFailed).boot().or(toFailed),
	);
}

/** Files of {@link bootWindowsPe}. */
export interface WindowsPeBoot {
	/** URI of `wimboot`. */
	readonly wimboot: string;
	readonly bcd: string;
	readonly bootSdi: string;
	readonly bootWim: string;
	/** `bootmgr`; needed on BIOS only. */
	readonly bootmgr?: string | undefined;
}

/**
 * Windows PE by way of wimboot, which knows its files by their names.
 *
 * @example
 * ```ts
 * import { bootWindowsPe } from 'pxekit/ipxe';
 *
 * const files = { wimboot: 'wimboot', bcd: 'x/bcd', bootSdi: 'x/boot.sdi', bootWim: 'x/boot.wim' };
 * bootWindowsPe(files).toString().split('\n')[3]; // => 'initrd --name BCD x/bcd || goto failed'
 * ```
 */
export function bootWindowsPe({ wimboot, bcd, bootSdi, bootWim, bootmgr }: WindowsPeBoot): IpxeBuilder {
	const script = ipxe().imgfree().kernel(wimboot).or(toFailed);
	if (bootmgr !== undefined) script.initrd(bootmgr, [], { name: 'bootmgr' }).or(toFailed);
	script.initrd(bcd, [], { name: 'BCD' }).or(toFailed);
	script.initrd(bootSdi, [], { name: 'boot.sdi' }).or(toFailed);
	script.initrd(bootWim, [], { name: 'boot.wim' }).or(toFailed);
	return withFailure(script.boot().or(toFailed));
}

/** What {@link bootIscsi} needs. */
export interface IscsiBoot {
	/** `iscsi:192.0.2.1::::iqn.2010-10.org.example:disk`; parts may come from the client. */
	readonly uri: IpxeValue;
	/** Name of this machine; by default iPXE makes one of the host name or UUID. */
	readonly initiatorName?: IpxeValue | undefined;
	/** Whether the device stays attached when booting fails, so that an installer can write to it; `true` by default. */
	readonly keep?: boolean | undefined;
	/** CHAP: what the target asks of us. */
	readonly username?: string | undefined;
	readonly password?: string | undefined;
	/** Mutual CHAP: what we ask of the target. */
	readonly reverseUsername?: string | undefined;
	readonly reversePassword?: string | undefined;
}

/**
 * Boots from an iSCSI disk. Whoever can read the script can read its passwords.
 *
 * @example
 * ```ts
 * import { bootIscsi } from 'pxekit/ipxe';
 *
 * const script = bootIscsi({ uri: 'iscsi:192.0.2.1::::iqn.2010-10.org.example:disk' });
 * script.toString().split('\n')[1]; // => 'set keep-san 1'
 * script.toString().split('\n')[2]; // => 'sanboot iscsi:192.0.2.1::::iqn.2010-10.org.example:disk || goto failed'
 * ```
 */
export function bootIscsi(boot: IscsiBoot): IpxeBuilder {
	const script = ipxe();
	if (boot.keep !== false) script.set('keep-san', 1);
	if (boot.initiatorName !== undefined) script.set('initiator-iqn', boot.initiatorName);
	const secrets = {
		username: boot.username,
		password: boot.password,
		'reverse-username': boot.reverseUsername,
		'reverse-password': boot.reversePassword,
	};
	for (const [name, value] of Object.entries(secrets)) {
		if (value !== undefined) script.set(name, value, { secret: true });
	}
	return withFailure(script.sanboot(boot.uri).or(toFailed));
}

/** One entry of {@link bootMenu}: what it says and what it runs. */
export interface BootMenuEntry {
	readonly name: string;
	readonly text: string;
	readonly key?: string | undefined;
	/** URI of a script or boot program. Without one the entry goes back to the firmware. */
	readonly chain?: IpxeValue | undefined;
}

/**
 * A menu that chains what is chosen, and comes back when that fails.
 *
 * @example
 * ```ts
 * import { bootMenu, runIpxe } from 'pxekit/ipxe';
 *
 * const menu = bootMenu('Boot', [{ name: 'install', text: 'Install', chain: 'http://10.0.0.1/i.ipxe' }, { name: 'disk', text: 'Disk' }]);
 * const run = await runIpxe(menu.build(), { answer: (question) => (question.kind === 'menu' ? 'disk' : undefined) });
 * run.outcome; // => { kind: 'firmware', status: 1, message: 'exit 1' }
 * ```
 */
export function bootMenu(
	title: string,
	entries: readonly BootMenuEntry[],
	options: { readonly default?: string | undefined; readonly timeout?: number | undefined } = {},
): IpxeBuilder {
	const label = (name: string) => `item-${name}`;
	const items = entries.map(({ name, text, key }): IpxeMenuEntry => ({ name, text, key }));
	const script = ipxe()
		.label('menu')
		.menu({ title, items, into: 'selected', ...options, onCancel: 'leave' });
	script.goto(ipxeText`item-${setting('selected')}`);
	for (const entry of entries) {
		script.label(label(entry.name));
		if (entry.chain === undefined) script.goto('leave');
		else
			script
				.chain(entry.chain, { autofree: true })
				.or((builder) => builder.goto('menu'))
				.goto('menu');
	}
	return script.label('leave').exit(1);
}

/**
 * DHCP until it works: for an embedded script, where the cable or the switch port may not be ready.
 *
 * @param next what to do then
 * @example
 * ```ts
 * import { ipxe, retryDhcp } from 'pxekit/ipxe';
 *
 * const script = retryDhcp(ipxe().chain('http://10.0.0.1/x')).toString();
 * script; // => '#!ipxe\n:dhcp\ndhcp && goto dhcp_done ||\nsleep 3\ngoto dhcp\n:dhcp_done\nchain http://10.0.0.1/x\n'
 * ```
 */
export function retryDhcp(next: IpxeBuilder): IpxeBuilder {
	return ipxe()
		.retry({ label: 'dhcp' }, (builder) => builder.dhcp())
		.append(next);
}

/**
 * Arch Linux over HTTP: its kernel and initramfs from a mirror's `iso/latest`, which then fetches its system itself.
 *
 * @param mirror up to and including the folder that has `iso/`
 * @example
 * ```ts
 * import { archNetboot, runIpxe } from 'pxekit/ipxe';
 *
 * const run = await runIpxe(archNetboot('http://mirror.example/archlinux').build());
 * run.requests.map(({ uri }) => uri.split('/').at(-1)); // => ['vmlinuz-linux', 'initramfs-linux.img']
 * ```
 */
export function archNetboot(mirror: string): IpxeBuilder {
	const base = `${mirror.replace(/\/+$/, '')}/iso/latest/`;
	return bootLinux({
		kernel: `${base}arch/boot/x86_64/vmlinuz-linux`,
		initrds: [`${base}arch/boot/x86_64/initramfs-linux.img`],
		commandLine: [
			'archisobasedir=arch',
			`archiso_http_srv=${base}`,
			'ip=dhcp',
			ipxeText`BOOTIF=01-${setting('net0/mac', 'hexhyp')}`,
		],
	});
}
