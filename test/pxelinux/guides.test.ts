import { readFileSync } from 'node:fs';
import {
	comModule,
	evaluatePxelinux,
	lintPxelinux,
	linux,
	memdiskIso,
	type PxelinuxMeaning,
	type PxelinuxSpec,
	parsePxelinux,
	printPxelinux,
	pxelinux,
	pxelinuxConfigPaths,
	resolvePxelinux,
	runPxelinux,
	sanBoot,
	wimboot,
} from 'pxekit/pxelinux';
import { parseSanUri } from 'pxekit/san';
import { describe, expect, test } from 'vitest';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/pxelinux/${name}`, import.meta.url), 'utf8');

const archServer = '192.168.0.1';
const archiso = (label: string, files: string, append: string, display: string, help: string) =>
	linux(label, {
		kernel: `${files}/arch/boot/x86_64/vmlinuz-linux`,
		initrds: [`${files}/arch/boot/x86_64/initramfs-linux.img`],
		append: `archisobasedir=arch ${append} cms_verify=y`,
		sysappend: ['ip', 'bootif'],
		display: `Arch Linux install medium (x86_64, ${display})`,
		help,
	});
const windowsPe = memdiskIso('windows_pe', { iso: 'winpe.iso' });
const iscsi = 'iscsi:192.168.0.1::::iqn.2008-08.com.starwindsoftware:target1';
const wimFiles = ['bootmgr', 'boot/bcd', 'boot/boot.sdi', 'sources/boot.wim'];
const tools = { kernel: 'preboot/vmlinuz', append: 'quiet' };

/** The configuration of each guide, and the same said to the builder. */
const guides: Readonly<Record<string, PxelinuxSpec>> = {
	'archiso.cfg': {
		entries: [
			archiso(
				'arch_http',
				`http://${archServer}`,
				`archiso_http_srv=http://${archServer}/`,
				'^HTTP',
				'Boot the Arch Linux install medium over HTTP.\nIt allows you to install Arch Linux or perform system maintenance.\n',
			),
			archiso(
				'arch_nfs',
				'::',
				`archiso_nfs_srv=${archServer}:/run/archiso/bootmnt`,
				'NFS',
				'Boot the Arch Linux install medium over NFS.\n',
			),
			archiso(
				'arch_nbd',
				'::',
				`archisosearchuuid=2026-11-01-12-00-00-00 archiso_nbd_srv=${archServer}`,
				'NBD',
				'Boot the Arch Linux install medium over NBD.\n',
			),
		],
	},
	'windows.cfg': {
		default: 'vesamenu.c32',
		prompt: false,
		timeout: 100,
		entries: [
			{ ...windowsPe, display: 'Windows PE' },
			sanBoot('iscsi', { targets: parseSanUri(iscsi), display: 'Windows from an iSCSI disk' }),
		],
	},
	'pxelinux.cfg/01-08-00-27-b2-40-3e': { default: 'windows_pe', implicit: false, entries: [windowsPe] },
	'z_auto.cfg': {
		include: ['updateDrivers.cfg'],
		default: 'winpe',
		onError: 'plain',
		entries: [
			wimboot('winpe', { files: wimFiles }),
			linux('tools', { ...tools, initrds: ['preboot/core.gz', 'preboot/updateDrivers.tgz'] }),
			linux('plain', { ...tools, initrds: ['preboot/core.gz'] }),
		],
	},
	'winpe.cfg': {
		default: 'winpe',
		entries: [comModule('winpe', { module: 'linux.c32', arguments: `wimboot initrdfile=${wimFiles.join(',')}` })],
	},
};

/** All that counts for a boot. How the file's kind was said, by keyword or by suffix, does not. */
function essence(meaning: PxelinuxMeaning, text: string): unknown {
	const { settings, entries, menus } = meaning;
	return {
		settings,
		menus,
		entries: entries.map(({ label, display, help, action, hotKey }) => ({
			...{ label, display, help, action, hotKey },
			boots: { ...resolvePxelinux(parsePxelinux(text), { label: label ?? '' }), entry: undefined },
		})),
	};
}

describe('configurations of guides', () => {
	test.each(Object.entries(guides))('%s is built as it was written', (name, spec) => {
		const text = fixture(name);
		expect(printPxelinux(parsePxelinux(text))).toBe(text);
		const built = printPxelinux(pxelinux(spec));
		const written = essence(evaluatePxelinux(parsePxelinux(text)), text);
		expect(essence(evaluatePxelinux(parsePxelinux(built)), built)).toEqual(written);
		expect(lintPxelinux(parsePxelinux(text))).toEqual([]);
	});

	test("Arch Linux over HTTP: the kernel's command line", () => {
		const client = {
			ip: '192.168.0.107',
			serverIp: archServer,
			gateway: '192.168.0.254',
			netmask: '255.255.255.0',
			mac: '08:00:27:b2:40:3e',
		};
		expect(resolvePxelinux(parsePxelinux(fixture('archiso.cfg')), { label: 'arch_http', client })).toMatchObject({
			kernelType: 'linux',
			initrds: ['http://192.168.0.1/arch/boot/x86_64/initramfs-linux.img'],
			commandLine:
				'BOOT_IMAGE=http://192.168.0.1/arch/boot/x86_64/vmlinuz-linux archisobasedir=arch archiso_http_srv=http://192.168.0.1/ cms_verify=y initrd=http://192.168.0.1/arch/boot/x86_64/initramfs-linux.img ip=192.168.0.107:192.168.0.1:192.168.0.254:255.255.255.0 BOOTIF=01-08-00-27-b2-40-3e',
		});
	});

	test('the file for one host is the first that this host finds', async () => {
		const name = 'pxelinux.cfg/01-08-00-27-b2-40-3e';
		const client = { ip: '192.168.0.107', serverIp: archServer, mac: '08:00:27:b2:40:3e' };
		expect(pxelinuxConfigPaths(client)[0]).toBe(name);
		const files: Record<string, string> = { 'ldlinux.c32': '', [name]: fixture(name), memdisk: '', 'winpe.iso': '' };
		const run = await runPxelinux({ client, fetch: (uri) => files[uri.replace(`tftp://${archServer}/`, '')] });
		expect(run.outcome).toMatchObject({ kind: 'booted', commandLine: 'BOOT_IMAGE=memdisk iso raw initrd=winpe.iso' });
	});

	test('a missing INCLUDE stops nothing; a missing RAM disk does, unless ONERROR says what else', async () => {
		const files: Record<string, string> = {
			'ldlinux.c32': '',
			'z_auto.cfg': fixture('z_auto.cfg').replace('default winpe', 'default tools'),
			'preboot/vmlinuz': '',
			'preboot/core.gz': '',
		};
		const host = {
			client: { serverIp: archServer },
			configFile: 'z_auto.cfg',
			fetch: (uri: string) => files[uri.replace(`tftp://${archServer}/`, '')],
		};
		const run = await runPxelinux(host);
		expect(run.requests.filter(({ found }) => !found).map(({ uri, purpose }) => [purpose, uri])).toEqual([
			['include', 'tftp://192.168.0.1/updateDrivers.cfg'],
			['initrd', 'tftp://192.168.0.1/preboot/updateDrivers.tgz'],
		]);
		expect(run.outcome).toMatchObject({ kind: 'booted', initrds: [{ name: 'preboot/core.gz' }] });
		files['z_auto.cfg'] = files['z_auto.cfg']?.replace('onerror plain', '') ?? '';
		expect((await runPxelinux(host)).outcome).toEqual({
			kind: 'failed',
			message: 'preboot/updateDrivers.tgz is missing',
		});
	});

	test('an iSCSI URI with a colon too few, as guides have it, is no URI', () => {
		expect(() => parseSanUri(iscsi.replace('::::', ':::'), { dialect: 'ipxe' })).toThrow(/LUN/);
	});
});
