import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DecodeError } from 'pxekit';
import {
	type BootSession,
	bootChecks,
	bootTimeline,
	type DiagnoseOptions,
	diagnose,
	type Finding,
	readCapture,
} from 'pxekit/capture';
import { encodeDhcp } from 'pxekit/dhcp';
import { describe, expect, test } from 'vitest';
import { failures } from '../../interop/lab/failures.ts';
import { fixtureBytes } from '../../support/fixtures.ts';
import { diagnosisScenes, type Scenes } from './diagnosis-scenes.ts';
import { clientAddress, clientMac, Scene, server } from './scene.ts';

const codesOf = (findings: readonly Finding[]) => findings.map(({ code }) => code);
const withCode = (scene: Scenes['fires'], code: string) =>
	diagnose(scene().session()).filter((finding) => finding.code === code);

describe('each check', () => {
	test('has its scenes', () => {
		expect(Object.keys(diagnosisScenes).sort()).toEqual(codesOf(bootChecks as never).sort());
	});

	test.each(Object.entries(diagnosisScenes))(
		'%s: fires, and a near miss does not',
		(code, { fires, nearMiss, shows, also = [] }) => {
			const found = withCode(fires, code);
			expect(found).not.toEqual([]);
			expect(found[0]?.shows).toBe(shows);
			expect(codesOf(diagnose(nearMiss().session()))).not.toContain(code);
			for (const [scene, shown] of also) {
				const again = withCode(scene, code);
				expect(again).not.toEqual([]);
				expect(again[0]?.shows ?? '').toBe(shown);
			}
		},
	);
});

describe('what the capture lacks is not held against servers', () => {
	const lease = () => new Scene('uefi').discover().offer({ fields: { file: 'a.efi' } });
	const tsize = [{ name: 'tsize', value: '5000' }];

	test.each<[string, string, Scenes['fires'], Scenes['fires']]>([
		[
			'an ACK, when the client goes on with its address',
			'no-ack',
			() => lease().request().ack().lost().arp('10.0.0.1').silence(10),
			() => lease().request().arp('10.0.0.1', { asker: '10.0.0.77' }).silence(10),
		],
		[
			'a DISCOVER, when the REQUEST has the transaction of the offer',
			'other-transaction',
			() => new Scene('uefi').discover().silence(1).discover().lost().offer().request().ack().silence(1),
			() => new Scene('uefi').discover().silence(1).discover().lost().offer().silence(20),
		],
		[
			'the question to port 4011',
			'offer-to-wrong-port',
			() =>
				lease()
					.request()
					.ack()
					.answer4011({ fields: { file: 'a.efi' } }),
			() => lease().request().ack({ fromPort: 4012 }).silence(20),
		],
		[
			'the OACK of a size probe',
			'tftp-aborted',
			() =>
				new Scene('uefi')
					.leaseFile('a.efi')
					.rrq('a.efi', { port: 1500, options: [{ name: 'tsize', value: '0' }] })
					.tftp(clientAddress, 1500, server, 1501, { kind: 'error', code: 8, message: 'User aborted the transfer' }),
			() => new Scene('uefi').leaseFile('a.efi').probe('a.efi', { code: 4, message: 'Malformatted OACK packet' }),
		],
		[
			'an ACK, when the client asks port 4011 from its address',
			'no-ack',
			() => lease().request().ack().lost().ask4011().silence(10),
			() => lease().request().silence(10),
		],
		[
			'the request of a size probe',
			'tftp-aborted',
			() =>
				new Scene('uefi')
					.leaseFile('a.efi')
					.tftp(server, 1501, clientAddress, 1500, { kind: 'oack', options: tsize })
					.tftp(clientAddress, 1500, server, 1501, { kind: 'error', code: 8, message: 'User aborted the transfer' }),
			() =>
				new Scene('uefi')
					.leaseFile('a.efi')
					.tftp(server, 1501, clientAddress, 1500, { kind: 'oack', options: tsize })
					.tftp(clientAddress, 1500, server, 1501, { kind: 'error', code: 3, message: 'Out of memory' }),
		],
		[
			'the request that an OACK answers',
			'tftp-oack-bigger',
			() =>
				new Scene('uefi')
					.leaseFile('a.efi')
					.tftp(server, 1501, clientAddress, 1500, { kind: 'oack', options: tsize })
					.tftp(clientAddress, 1500, server, 1501, { kind: 'ack', block: 0 })
					.silence(20),
			() =>
				new Scene('uefi')
					.leaseFile('a.efi')
					.rrq('a.efi', { port: 1500 })
					.tftp(server, 1501, clientAddress, 1500, { kind: 'oack', options: tsize })
					.silence(20),
		],
	])('%s', (_, code, lacking, whole) => {
		const codesIn = (scene: Scenes['fires']) => diagnose(scene().session()).flatMap(({ code, rule }) => [code, rule]);
		expect(codesIn(lacking)).not.toContain(code);
		expect(codesIn(whole)).toContain(code);
	});
});

describe('every code that PC ROMs and UEFI print is reached', () => {
	const shown = new Set(
		Object.entries(diagnosisScenes)
			.flatMap(([code, { fires, also = [] }]) =>
				[fires, ...also.map(([scene]) => scene)].flatMap((scene) => withCode(scene, code)),
			)
			.map(({ shows }) => /^PXE-E\w\w/.exec(shows ?? '')?.[0]),
	);
	test.each(
		[
			'E05',
			'E07',
			'E11',
			'E16',
			'E18',
			'E21',
			'E22',
			'E23',
			'E32',
			'E35',
			'E36',
			'E38',
			'E3B',
			'E3C',
			'E51',
			'E52',
			'E53',
			'E55',
			'E74',
			'E76',
			'E77',
			'E78',
			'E79',
			'E99',
		].map((code) => `PXE-${code}`),
	)('%s', (code) => {
		expect(shown).toContain(code);
	});
});

const diagnosed = (capture: string, options?: DiagnoseOptions) =>
	bootTimeline(readCapture(fixtureBytes(`captures/${capture}.pcap`))).flatMap((session) => diagnose(session, options));

describe('own captures', () => {
	/** What is above `info`. Those that are empty booted, or got as far as the capture goes. */
	test.each<[string, string[]]>([
		['bios-ipxe-aoe-sanhook', []],
		['bios-ipxe-e1000_plain+proxysingle', []],
		['bios-ipxe-e1000e_combined', []],
		['bios-ipxe-iscsi-over-ipv6', []],
		// The proxy names a file without siaddr: iPXE asked port 4011 four times and gave up.
		['bios-ipxe-ne2k_plain+proxyboot', ['proxy-file-without-server']],
		['bios-ipxe-rom_dnsmasq-dhcp_tftp-script-linux', []],
		['bios-ipxe-rom_pxelinux-209-210_linux', []],
		['bios-ipxe-rom_sanhook-iscsi_linux', []],
		['bios-ipxe-rtl8139_dhcpboot-opt175', []],
		['ovmf-x64-http_httpclient', []],
		['ovmf-x64-pxe_dhcpboot', []],
		['ovmf-x64-pxe_plain+proxymenu', []],
		// iPXE was given snponly.efi, five times.
		['ovmf-x64-pxe_plain+proxysingle', ['ipxe-loop']],
		['ovmf_dnsmasq-dhcp_ipxe-efi_script-linux', []],
		['ovmf_dnsmasq-menu-4011_snponly', []],
		// The firmware booted iPXE over HTTP; nobody told iPXE what to do next.
		['ovmf_http-boot', ['no-filename']],
		['ovmf_proxydhcp-two-servers_wrong-next-server', ['wrong-next-server', 'tftp-no-answer']],
		// U-Boot asked 11 times for its boot script.
		['uboot-arm32_plain+proxy', ['tftp-no-answer']],
		// After the disk, PXE was tried too, of a DHCP server that is not set up for it and clears the broadcast flag.
		['uefi-edk2-iscsidxe-login-then-pxe', ['no-filename', 'broadcast-flag-lost']],
	])('%s', (capture, codes) => {
		expect(codesOf(diagnosed(capture, { least: 'warning' }))).toEqual(codes);
	});
});

describe('real failures, made in the interop lab', () => {
	/** The first of the findings is the reason. */
	const reasons: Readonly<Record<string, string>> = {
		'no-dhcp-server': 'no-offer',
		'proxy-only': 'proxy-only',
		'no-filename': 'no-filename',
		'missing-file': 'tftp-error',
		'wrong-architecture': 'wrong-arch-file',
		'option-60-without-4011': 'opt60-without-4011',
		'unreachable-next-server': 'arp-unanswered',
		'tftp-blocked': 'tftp-stalled',
		'ipxe-loop': 'ipxe-loop',
	};
	/** What follows from the reason, and is found too. */
	const beside = ['pxe-without-boot-information', 'icmp-unreachable'];
	/** The firmware prints nothing of its own about a file that does not suit it, or comes again. */
	const wordless = ['wrong-architecture', 'ipxe-loop'];

	test.each(failures)('$firmware, $name: $message', ({ firmware, name, message }) => {
		const errors = diagnosed(`failures/${firmware}_${name}`, { least: 'error' });
		expect(codesOf(errors).filter((code) => !beside.includes(code))).toEqual([reasons[name]]);
		const shown = errors.map(({ shows }) => shows);
		if (wordless.includes(name)) expect(shown).toEqual(errors.map(() => undefined));
		else for (const line of shown) expect(message).toContain(line);
		expect(errors.every(({ frames }) => frames.length > 0)).toBe(true);
	});
});

describe('what is told, and what is not', () => {
	test('passwords in scripts, configurations and URLs', () => {
		const script =
			'#!ipxe\nset password geheim-1\nset net0/reverse-password "geheim-2\nkernal http://u:geheim-3@10.0.0.1/a\nsanhook iscsi:u:geheim-4@10.0.0.9::::iqn.a:b\nimgfetch geheim-1 --nam geheim-1\n';
		const config =
			'label a\nmenu passwd geheim-5\nlinux vmlinuz geheim-5 # geheim-5\nappend rd.iscsi.password=geheim-6 # x\n';
		const scenes = [
			new Scene('ipxe-bios').leaseFile('boot.ipxe').fetched('boot.ipxe', script).silence(20),
			new Scene('bios')
				.leaseFile('pxelinux.0')
				.fetched('pxelinux.0', 'x')
				.fetched('ldlinux.c32', 'x')
				.fetched('pxelinux.cfg/default', config)
				.silence(20),
			new Scene('uefi').leaseFile('http://u:geheim-7@10.0.0.1/boot.efi').silence(20),
		];
		const found = scenes.flatMap((scene) => diagnose(scene.session()));
		expect(codesOf(found)).toContain('url-as-filename');
		expect(codesOf(found)).toContain('ipxe-lint');
		expect(codesOf(found)).toContain('pxelinux-lint');
		expect(JSON.stringify(found)).not.toContain('geheim');
	});

	test('what the capture lacks is told with the frames that show it', () => {
		const framesOf = (capture: string, wanted: string) =>
			diagnosed(capture).find(({ code }) => code === wanted)?.frames ?? [];
		// tshark -Y 'frame.cap_len < frame.len'
		const cut = framesOf('failures/bios_ipxe-loop', 'cut-frames');
		expect([cut.length, cut[0], cut.at(-1)]).toEqual([104, 29, 254]);
		// tshark -Y tftp.opcode==1: the requests for ipxe.efi (the second is no question for the size), vmlinuz and initrd.img.
		expect(framesOf('ovmf_dnsmasq-dhcp_ipxe-efi_script-linux', 'missing-blocks')).toEqual([13, 52, 73]);
	});

	test('findings in scripts name the file, the line and the linter’s own code', () => {
		const scene = new Scene('ipxe-bios')
			.leaseFile('boot.ipxe')
			.fetched('boot.ipxe', '#!ipxe\n\nkernal vmlinuz\n')
			.silence(20);
		const [finding] = diagnose(scene.session(), { least: 'error' });
		expect(finding).toMatchObject({
			code: 'ipxe-lint',
			rule: 'unknown-command',
			place: { uri: 'tftp://10.0.0.1/boot.ipxe', line: 3 },
			seen: 'boot.ipxe line 3: iPXE has no command "kernal"; is "kernel" meant?',
		});
	});

	test('what is to be ignored, and the least severity', () => {
		const session = new Scene('bios').lease().silence(10).session();
		expect(codesOf(diagnose(session, { least: 'error' }))).toEqual(['no-filename']);
		expect(codesOf(diagnose(session, { ignore: ['no-filename'], least: 'error' }))).toEqual([]);
	});

	test('the worst comes first, and the same thing once', () => {
		const findings = diagnosed('failures/ovmf_option-60-without-4011');
		const ranks = findings.map(({ severity }) => ['error', 'warning', 'info'].indexOf(severity));
		expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
		const keys = findings.map(({ code, seen }) => `${code} ${seen}`);
		expect(new Set(keys).size).toBe(keys.length);
	});

	test('a machine that runs, and gets no address, does not fail to boot', () => {
		const phone = encodeDhcp({ op: 1, xid: 7, chaddr: clientMac, options: { messageType: 'DISCOVER' } });
		const scene = new Scene();
		for (let i = 0; i < 4; i++) scene.udp('0.0.0.0', 68, '255.255.255.255', 67, phone).wait(8);
		const findings = diagnose(scene.silence(60).session());
		expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['no-offer', 'info']]);
	});

	test('a first try that fails is worth knowing when the second one boots', () => {
		const findings = diagnosed('ovmf_http-boot').filter(({ shows }) => shows?.startsWith('PXE-E16'));
		expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['no-filename', 'info']]);
	});
});

const foreign = new URL('../../../../shared/foreign/captures/', import.meta.url);

describe.skipIf(!existsSync(foreign))('captures of others', () => {
	test('none of their machines is accused of what is not in the capture', () => {
		const files = readdirSync(foreign, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
		const errors: string[] = [];
		let sessions = 0;
		for (const { parentPath, name } of files) {
			const found = sessionsOf(new Uint8Array(readFileSync(join(parentPath, name))));
			sessions += found.length;
			for (const session of found) {
				errors.push(...diagnose(session, { least: 'error' }).map(({ code }) => `${name} ${code}`));
			}
		}
		expect(sessions).toBeGreaterThan(100);
		expect(errors).toEqual([]);
	});
});

/** None when the file is no capture. */
function sessionsOf(bytes: Uint8Array): BootSession[] {
	try {
		return bootTimeline(readCapture(bytes));
	} catch (error) {
		if (error instanceof DecodeError) return [];
		throw error;
	}
}

test('what was seen has nothing in it that a terminal would act on', () => {
	const options = [{ name: 'blk\u001b[2Jsize\u009b', value: '1024' }];
	const scene = new Scene('uefi').leaseFile('a.efi').fetched('a.efi', new Uint8Array(3000), { granted: options });
	const found = diagnose(scene.session()).find(({ code }) => code === 'tftp-oack-bigger');
	expect(found?.seen).toContain('grants blk\\u001b[2jsize\\u009b, which was not asked for');
	const refused = new Scene('uefi').leaseFile('a\u009b31m\u202e.efi').refused('a\u009b31m\u202e.efi');
	const texts = diagnose(refused.session()).flatMap(({ seen, shows = '' }) => [seen, shows]);
	expect(texts.join()).toContain('a\\u009b31m\\u202e.efi');
	expect(texts.join()).not.toMatch(/[\p{Cc}\u202e]/u);
});
