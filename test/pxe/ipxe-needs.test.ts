// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how iPXE names a setting.
import { parseHex } from 'pxekit';
import { decodeDhcp } from 'pxekit/dhcp';
import { identifyClient, ipxeScriptNeeds, missingIpxeFeatures } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';
import { fixtureRows } from '../support/fixtures.ts';

describe('what a script needs', () => {
	test.each([
		['chain http://10.0.0.1/a.ipxe', ['http']],
		['chain http://boot.example/a.ipxe', ['http', 'dns']],
		['kernel HTTPS://10.0.0.1/vmlinuz || shell', ['https']],
		['chain --autofree tftp://${next-server}/a', ['tftp']],
		['menu Title\nitem a A\nchoose target && goto ${target}', ['menu']],
		['isset ${x} && menu Title ||', ['menu']],
		['sanboot iscsi:10.0.0.1::::iqn.2010-04.org.example:disk', ['sanboot', 'iscsi']],
		['sanhook --drive 0x80 aoe:e0.1', ['sanboot', 'aoe']],
		['sanboot --no-describe ${root-path}', ['sanboot']],
		['sanboot --no-describe --drive 0x80', []],
		['sanboot --drive ${disk} || chain http://10.0.0.1/a', ['http']],
		['vcreate --tag 5 net0', ['vlan']],
		['initrd nfs://10.0.0.1/a', ['nfs']],
		['# menu http://10.0.0.1/', []],
		[':menu\necho menu', []],
		['chain \\\n  https://10.0.0.1/a', ['https']],
		[':retry menu Title', ['menu']],
		['echo a ; vcreate --tag 5 net0', ['vlan']],
		['sleep 1 # http://10.0.0.1/', []],
		['sanboot --filename \\EFI\\a:b --drive 0x80 # iscsi:a', []],
		['constructor toString:', []],
		['', []],
	])('%j', (script, needs) => {
		expect(ipxeScriptNeeds(script)).toEqual(needs);
	});
});

test('the iPXE ROM of the captures runs a menu over HTTP, and no HTTPS', () => {
	const row = fixtureRows<{ name: string; hex: string }>('dhcp/packets.jsonl').find(
		({ name }) => name === 'lab:bios-ipxe-e1000_plain+proxysingle#1',
	);
	const features = identifyClient(decodeDhcp(parseHex(row?.hex as string)))?.ipxe?.features ?? new Set();
	const script = '#!ipxe\nmenu A\nchoose a\nchain https://10.0.0.1/a\nsanboot ${root-path}\nvcreate net0';
	expect(missingIpxeFeatures(features, ipxeScriptNeeds(script))).toEqual(['https', 'vlan']);
});

test('a disk by any protocol will do for sanboot', () => {
	expect(missingIpxeFeatures(new Set(['menu', 'dns']), ['sanboot'])).toEqual(['sanboot']);
	expect(missingIpxeFeatures(new Set(['http']), ['sanboot'])).toEqual([]);
	expect(missingIpxeFeatures(new Set(), ['sanboot'])).toBeUndefined();
});
