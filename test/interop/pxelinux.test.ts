import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
	linux,
	type PxelinuxClient,
	type PxelinuxHost,
	type PxelinuxSpec,
	parsePxelinux,
	printPxelinux,
	pxelinux,
	pxelinuxConfigPaths,
	resolvePxelinux,
	runPxelinux,
	submenu,
} from 'pxekit/pxelinux';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLineIn, userspaceMarker, writeBootFiles } from './lab/boot-files.ts';
import { startBootServer } from './lab/boot-server-process.ts';
import { startPlainDhcp } from './lab/dhcp-server.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { type Boot, bootMachine, defaultMac, defaultUuid, type MachineOptions } from './lab/machine.ts';
import { missing } from './lab/requirements.ts';
import { tshark } from './lab/tshark.ts';

const lacks = missing('ip', 'setpriv', 'qemu-system-x86_64', 'dnsmasq', 'tcpdump', 'tshark', 'busybox', 'cpio');
const syslinuxEfi = '/usr/lib/SYSLINUX.EFI/efi64/syslinux.efi';
const server = '10.77.0.1';

/** Serves a folder over HTTP and tells each request. */
const httpServer = `
const { createServer } = require('node:http');
const { createReadStream, statSync } = require('node:fs');
createServer((request, response) => {
	console.log(request.method, request.url);
	try {
		const file = process.argv[1] + new URL(request.url, 'http://x').pathname;
		response.writeHead(200, { 'content-length': statSync(file).size });
		createReadStream(file).pipe(response);
	} catch {
		response.writeHead(404).end();
	}
}).listen(80, '${server}', () => console.log('ready'));
`;

describe.skipIf(lacks)(`PXELINUX boots what was built${lacks ? ` (needs ${lacks})` : ''}`, () => {
	let lab: Lab;
	let served: string;

	beforeAll(async () => {
		lab = await openLab();
		served = join(lab.folder, 'served');
		await writeBootFiles(served);
		await startPlainDhcp(lab, await lab.network.addHost('dhcp', '10.77.0.3'));
	});
	afterAll(() => lab?.[Symbol.asyncDispose]());

	function writeConfig(spec: PxelinuxSpec, name = 'pxelinux.cfg/default'): string {
		const file = join(served, name);
		mkdirSync(dirname(file), { recursive: true });
		const text = printPxelinux(pxelinux(spec));
		writeFileSync(file, text);
		return text;
	}

	const boots = (options: Omit<MachineOptions, 'until'>) => bootMachine(lab, { ...options, until: userspaceMarker });

	/** What the machine was given by DHCP, in tshark's eyes. */
	async function clientOf(boot: Boot, uuid = defaultUuid): Promise<PxelinuxClient> {
		const acks = await tshark(
			boot.capture,
			`dhcp.option.dhcp == 5 && ip.src == 10.77.0.3`,
			...['dhcp.ip.your', 'dhcp.option.router', 'dhcp.option.subnet_mask'],
		);
		const [ip, gateway, netmask] = acks.at(-1) ?? [];
		return { ip, gateway, netmask, serverIp: server, mac: defaultMac, uuid };
	}

	/** Names asked for by TFTP, in order. A request that is sent again comes from the same port as before. */
	async function askedByTftp(boot: Boot): Promise<string[]> {
		const seen = await tshark(
			boot.capture,
			`tftp.opcode == 1 && ip.dst == ${server}`,
			'tftp.source_file',
			'udp.srcport',
		);
		return [...new Map(seen.map(([file = '', port]) => [`${port} ${file}`, file])).values()];
	}

	/** What our dry run asks for, from the same folder. */
	async function askedInDryRun(host: Pick<PxelinuxHost, 'client' | 'firmware' | 'bootFile'>): Promise<string[]> {
		const fetch = (uri: string) => {
			const file = join(served, uri.replace(/^(?:tftp|http):\/\/10\.77\.0\.1\//, ''));
			if (!existsSync(file)) return undefined;
			return /\.cfg(?:$|\/)/.test(file) ? readFileSync(file, 'utf8') : '';
		};
		const run = await runPxelinux({ ...host, fetch });
		return run.requests.map(({ uri }) => uri.replace(`tftp://${server}/`, ''));
	}

	const twoLabels = (boot: string, files = ''): PxelinuxSpec => ({
		default: 'boots',
		entries: [
			linux('other', { kernel: 'nothing', append: 'other' }),
			linux('boots', {
				kernel: `${files}vmlinuz`,
				initrds: [`${files}initrd.img`],
				append: `console=ttyS0  quiet panic=1 pxekit.boot=${boot}`,
				sysappend: ['ip', 'bootif', 'sysuuid', 'sysvendor'],
				help: 'LABEL is\n# only text',
			}),
		],
	});

	/** What SeaBIOS tells through SMBIOS. syslinux.efi does not find OVMF's tables: it adds no such fact. */
	const facts = { sysvendor: 'QEMU' };

	test.each([
		['a version', defaultUuid],
		// As option 97 has it the upper half of the seventh byte is 0; that of the eighth is 4.
		['no version', '4c4c4544-0042-4a0f-8057-b7c04f4d3332'],
		// The other way round.
		['a version after all', '4c4c4544-0042-0a4f-8057-b7c04f4d3332'],
	])('pxelinux.0 searches in the order that was foretold; the UUID has %s', async (_what, uuid) => {
		await using _ = await startBootServer(lab, { root: served, files: { ipxe: 'pxelinux.0' } });
		const text = writeConfig(twoLabels(randomUUID()));
		const boot = await boots({ name: 'pxelinux-search', firmware: 'bios', uuid });
		const client = { ...(await clientOf(boot, uuid)), facts };

		const asked = await askedByTftp(boot);
		expect(asked).toEqual([
			'pxelinux.0',
			'ldlinux.c32',
			...pxelinuxConfigPaths({ ...client, bootFile: 'pxelinux.0' }),
			'vmlinuz',
			'initrd.img',
		]);
		expect(asked.slice(1)).toEqual(await askedInDryRun({ client, firmware: 'bios' }));
		expect(commandLineIn(boot.serial)).toBe(expectedCommandLine(text, client));
	});

	test('lpxelinux.0 fetches kernel and initial RAM disk over HTTP', async () => {
		await using _ = await startBootServer(lab, { root: served, files: { ipxe: 'lpxelinux.0' } });
		const http = lab.start(lab.network.boot, 'http', [process.execPath, '-e', httpServer, served]);
		await http.logged(/ready/, 10);
		const text = writeConfig(twoLabels(randomUUID(), `http://${server}/`));
		const boot = await boots({ name: 'lpxelinux-http', firmware: 'bios' });
		const client = { ...(await clientOf(boot)), facts };

		expect(http.log()).toMatch(/GET \/vmlinuz\n[\s\S]*GET \/initrd\.img\n/);
		expect((await askedByTftp(boot)).filter((name) => /vmlinuz|initrd/.test(name))).toEqual([]);
		expect(commandLineIn(boot.serial)).toBe(expectedCommandLine(text, client));
		await http.stop();
	});

	test.skipIf(!existsSync(syslinuxEfi))(
		`syslinux.efi under OVMF${existsSync(syslinuxEfi) ? '' : ' (needs syslinux-efi)'}`,
		async () => {
			copyFileSync(syslinuxEfi, join(served, 'syslinux.efi'));
			copyFileSync('/usr/lib/syslinux/modules/efi64/ldlinux.e64', join(served, 'ldlinux.e64'));
			await using _ = await startBootServer(lab, { root: served, files: { uefi: 'syslinux.efi' } });
			const text = writeConfig(twoLabels(randomUUID()));
			const boot = await boots({ name: 'syslinux-efi', firmware: 'ovmf' });
			const client = await clientOf(boot);

			// OVMF asks for the loader twice: first for its size.
			const asked = (await askedByTftp(boot)).filter((name) => name !== 'syslinux.efi');
			expect(asked).toEqual(await askedInDryRun({ client, firmware: 'efi64' }));
			expect(commandLineIn(boot.serial)).toBe(expectedCommandLine(text, client));
		},
	);

	test('a RAM disk is missing: ONERROR boots, with the default command after its arguments', async () => {
		await using _ = await startBootServer(lab, { root: served, files: { ipxe: 'pxelinux.0' } });
		const files = { kernel: 'vmlinuz', initrds: ['initrd.img'] };
		const append = `console=ttyS0 quiet panic=1 pxekit.boot=${randomUUID()}`;
		writeConfig({
			default: 'optional',
			onError: 'plain',
			entries: [
				linux('optional', { ...files, initrds: ['initrd.img', 'updateDrivers.tgz'], append: 'optional' }),
				linux('plain', { ...files, append }),
			],
		});
		const boot = await boots({ name: 'pxelinux-onerror', firmware: 'bios' });
		const client = await clientOf(boot);

		expect(await askedByTftp(boot)).toContain('updateDrivers.tgz');
		expect((await askedByTftp(boot)).slice(1)).toEqual(await askedInDryRun({ client, firmware: 'bios' }));
		expect(commandLineIn(boot.serial)).toBe(`BOOT_IMAGE=vmlinuz ${append} initrd=initrd.img optional`);
	});

	test('menu.c32 reads the configuration once more, and boots its default when the time is over', async () => {
		await using _ = await startBootServer(lab, { root: served, files: { ipxe: 'pxelinux.0' } });
		const append = `console=ttyS0 quiet panic=1 pxekit.boot=${randomUUID()}`;
		writeConfig({
			ui: 'menu.c32',
			timeout: 20,
			menu: { title: 'Lab' },
			entries: [
				linux('other', { kernel: 'nothing' }),
				submenu('more', {
					display: '^More',
					isDefault: true,
					entries: [linux('boots', { kernel: 'vmlinuz', initrds: ['initrd.img'], append, isDefault: true })],
				}),
			],
			default: 'boots',
		});
		const boot = await boots({ name: 'pxelinux-menu', firmware: 'bios' });
		const client = await clientOf(boot);

		expect((await askedByTftp(boot)).slice(1)).toEqual(await askedInDryRun({ client, firmware: 'bios' }));
		expect(commandLineIn(boot.serial)).toBe(`BOOT_IMAGE=vmlinuz ${append} initrd=initrd.img`);
	});

	test('CONFIG starts over: the loader once more, then the file; its folder is joined to the prefix for what follows', async () => {
		await using _ = await startBootServer(lab, { root: served, files: { ipxe: 'sub/pxelinux.0' } });
		const append = `console=ttyS0 quiet panic=1 pxekit.boot=${randomUUID()}`;
		const startsOver = (kernel: string, folder?: string): PxelinuxSpec => ({
			default: 'elsewhere',
			entries: [{ kind: 'label', label: 'elsewhere', does: { boot: { keyword: 'config', kernel, append: folder } } }],
		});
		writeConfig(startsOver('more/lab.cfg', 'more/'), 'sub/pxelinux.cfg/default');
		writeConfig(startsOver('deep/boots.cfg'), 'sub/more/lab.cfg');
		const files = { kernel: 'vmlinuz', initrds: ['initrd.img'], append };
		writeConfig({ default: 'boots', entries: [linux('boots', files)] }, 'sub/more/deep/boots.cfg');
		copyFileSync(join(served, 'pxelinux.0'), join(served, 'sub/pxelinux.0'));
		for (const name of ['sub/ldlinux.c32', 'sub/more/ldlinux.c32', 'sub/more/vmlinuz', 'sub/more/initrd.img'])
			copyFileSync(join(served, name.slice(name.lastIndexOf('/') + 1)), join(served, name));
		const boot = await boots({ name: 'pxelinux-config', firmware: 'bios' });
		const client = await clientOf(boot);

		const asked = await askedByTftp(boot);
		expect(asked.slice(asked.indexOf('sub/pxelinux.cfg/default') + 1)).toEqual([
			'sub/ldlinux.c32',
			'sub/more/lab.cfg',
			'sub/more/ldlinux.c32',
			'sub/more/deep/boots.cfg',
			'sub/more/vmlinuz',
			'sub/more/initrd.img',
		]);
		expect(asked.slice(1)).toEqual(await askedInDryRun({ client, firmware: 'bios', bootFile: 'sub/pxelinux.0' }));
		expect(commandLineIn(boot.serial)).toBe(`BOOT_IMAGE=vmlinuz ${append} initrd=initrd.img`);
	});

	function expectedCommandLine(text: string, client: PxelinuxClient): string | undefined {
		const resolved = resolvePxelinux(parsePxelinux(text), { client });
		return 'commandLine' in resolved ? resolved.commandLine : undefined;
	}
});
