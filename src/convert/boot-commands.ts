import type { IpxeBuilder } from '../ipxe/builder.ts';
import { type IpxeValue, ipxeText, nothing, setting } from '../ipxe/words.ts';
import type { PxelinuxEntry, PxelinuxEntryParts } from '../pxelinux/meaning.ts';
import { baseName } from '../pxelinux/modules.ts';
import { type PxelinuxBoot, resolveEntry } from '../pxelinux/resolve.ts';
import { pxelinuxFileUri } from '../pxelinux/search.ts';
import { type SysappendName, sysappendBits } from '../pxelinux/sysappend.ts';

/** Where files are: see {@link PxelinuxToIpxeOptions}. */
export interface FilePlaces {
	readonly prefix?: string | undefined;
	readonly serverIp?: string | undefined;
}

type Lose = (code: string, message: string) => void;

/** SYSAPPEND strings that iPXE's settings can say. DMI texts may hold white space, which iPXE can't replace. */
const settingsOfBits: Partial<Record<SysappendName, IpxeValue>> = {
	ip: ipxeText`ip=${setting('ip')}:${setting('next-server')}:${setting('gateway')}:${setting('netmask')}`,
	bootif: ipxeText`BOOTIF=01-${setting('mac', 'hexhyp')}`,
};

/** The commands that boot what an entry boots; `undefined`, with the reason in a loss, when there are none. */
export function writeBoot(
	builder: IpxeBuilder,
	entry: PxelinuxEntry,
	places: FilePlaces,
	lose: Lose,
): IpxeBuilder | undefined {
	const boot = resolveEntry(entry);
	if (boot.kernelType === 'none') {
		lose(boot.code, boot.message);
		return undefined;
	}
	const uri = (name: string) => fileUri(name, places);
	switch (boot.kernelType) {
		case 'linux':
			return writeLinux(builder, boot, entry.parts as PxelinuxEntryParts, uri, lose);
		case 'pxe':
			return builder.chain(uri(boot.kernel)).or(fail);
		case 'localboot':
			// Not 0: UEFI would take that for success and stop.
			return builder.exit(1);
		case 'com32':
			return writeModule(builder, boot, uri, lose);
		default:
			lose('kernel-type', `iPXE has nothing like ${boot.kernelType}`);
			return undefined;
	}
}

const fail = (builder: IpxeBuilder): IpxeBuilder => builder.goto('failed');

function fileUri(name: string, { prefix, serverIp }: FilePlaces): string {
	if (prefix === undefined && !/^[^:]*:(?::|\/\/)/.test(name)) return name;
	return pxelinuxFileUri(name, { prefix: prefix ?? '', serverIp });
}

function writeLinux(
	builder: IpxeBuilder,
	boot: PxelinuxBoot,
	{ sysappend }: PxelinuxEntryParts,
	uri: (name: string) => string,
	lose: Lose,
): IpxeBuilder | undefined {
	// Without a client nothing of SYSAPPEND is in the arguments yet.
	const literal = boot.arguments.split(' ').filter((word) => !word.startsWith('initrd='));
	if (boot.arguments.split('initrd=').length > 2)
		lose('two-initrds', 'a second initrd=, which PXELINUX passes on and does not load');
	if (literal.some((word) => word.includes('initrd='))) {
		lose('initrd-inside', 'an initrd= inside another word, which PXELINUX loads');
		return undefined;
	}
	const names = boot.initrds.map((name) => baseName(name));
	if (new Set(names).size < names.length) {
		lose('same-name', 'two initial RAM disks of the same name in different folders, which iPXE would mix up');
		return undefined;
	}
	const words: IpxeValue[] = [
		// An empty word stands for one more space.
		...literal.map((word) => (word === '' ? nothing : word)),
		...names.map((name) => `initrd=${name}`),
		...sysappendWords(sysappend, lose),
	];
	while (words.at(-1) === nothing) words.pop();
	builder.kernel(uri(boot.kernel), words).or(fail);
	for (const name of boot.initrds) builder.initrd(uri(name)).or(fail);
	return builder.boot().or(fail);
}

function sysappendWords(mask: number, lose: Lose): IpxeValue[] {
	return sysappendBits.flatMap(({ bit, name }) => {
		if ((mask & bit) === 0) return [];
		const value = settingsOfBits[name];
		if (value === undefined) lose('sysappend', `the SYSAPPEND string ${name}`);
		return value === undefined ? [] : [value];
	});
}

function writeModule(
	builder: IpxeBuilder,
	boot: PxelinuxBoot,
	uri: (name: string) => string,
	lose: Lose,
): IpxeBuilder | undefined {
	const words = boot.arguments.split(' ').filter((word) => word !== '');
	const [disk, partition] = words;
	switch (baseName(boot.kernel)) {
		case 'reboot.c32':
			return builder.reboot();
		case 'poweroff.c32':
			return builder.poweroff();
		case 'sanboot.c32':
			return builder.sanboot(words).or(fail);
		case 'chain.c32':
			if (/^hd\d+$/.test(disk ?? '') && (partition === undefined || partition === '0') && words.length <= 2) {
				return builder.sanboot([], { drive: 0x80 + Number(disk?.slice(2)), 'no-describe': true }).or(fail);
			}
			break;
		case 'linux.c32': {
			const files = /^initrdfile=(.+)$/.exec(words[1] ?? '')?.[1]?.split(',');
			if (words.length !== 2 || !files) break;
			builder.kernel(uri(words[0] as string)).or(fail);
			for (const file of files) builder.initrd(uri(file), [], { name: baseName(file) }).or(fail);
			return builder.boot().or(fail);
		}
	}
	lose('module', `the module ${boot.kernel} ${boot.arguments}`.trimEnd());
	return undefined;
}
