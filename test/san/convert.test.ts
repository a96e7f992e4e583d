import { inspect } from 'node:util';
import {
	dracutArguments,
	formatSanUri,
	type IscsiTarget,
	ipxeSanSettings,
	iscsiDiskPath,
	iscsistartArguments,
	parseSanUri,
	Secret,
} from 'pxekit/san';
import { describe, expect, test } from 'vitest';

const target: IscsiTarget = {
	scheme: 'iscsi',
	server: '10.0.0.1',
	lun: '1',
	name: 'iqn.2004-01.org.example:disk1',
	credentials: {
		username: 'joe',
		password: new Secret('first-secret'),
		reverseUsername: 'peer',
		reversePassword: new Secret('second-secret'),
	},
};
const initiator = 'iqn.2004-01.org.example:host1';

describe('the same target for other programs', () => {
	test('dracut', () => {
		expect(dracutArguments(target, { initiator })).toEqual([
			'netroot=iscsi:joe:first-secret:peer:second-secret@10.0.0.1:::1:iqn.2004-01.org.example:disk1',
			'rd.iscsi.initiator=iqn.2004-01.org.example:host1',
		]);
		expect(dracutArguments({ ...target, credentials: undefined, lun: '1f', interfaceName: 'default' })).toEqual([
			'netroot=iscsi:10.0.0.1:::default::31:iqn.2004-01.org.example:disk1',
		]);
	});

	test('iscsistart', () => {
		expect(iscsistartArguments(target, { initiator, portalGroup: 2 }).join(' ')).toBe(
			`-i ${initiator} -t ${target.name} -g 2 -a 10.0.0.1 -p 3260 -u joe -w first-secret -U peer -W second-secret`,
		);
		expect(() => iscsistartArguments(target)).toThrow(/initiator/);
		expect(() => iscsistartArguments({ ...target, server: '' }, { initiator })).toThrow(/discovery/);
	});

	test('iPXE', () => {
		expect(ipxeSanSettings(target, { initiator })).toEqual({
			'root-path': 'iscsi:10.0.0.1:::1:iqn.2004-01.org.example:disk1',
			'initiator-iqn': initiator,
			username: 'joe',
			password: 'first-secret',
			'reverse-username': 'peer',
			'reverse-password': 'second-secret',
		});
		expect(() => ipxeSanSettings(parseSanUri('nvme+tcp://h/nqn.2014-08.org.example:d'))).toThrow(/NVMe/);
	});

	test('iPXE takes the user of HTTP from the URI', () => {
		const uri = 'http://joe:first-secret@10.0.0.1/x.iso';
		expect(ipxeSanSettings(parseSanUri(uri))).toEqual({ 'root-path': uri });
	});

	test('udev names the disk by the decimal LUN', () => {
		expect(iscsiDiskPath({ ...target, lun: 'ff' })).toMatch(/-lun-255$/);
		expect(iscsiDiskPath({ ...target, lun: '1-2' })).toBeUndefined();
	});
});

describe('credentials stay out of sight', () => {
	const withUser = parseSanUri('http://joe:first-secret@10.0.0.1/x.iso');

	test('in every text form that nobody asked secrets of', () => {
		for (const value of [target, withUser]) {
			const shown = [
				formatSanUri(value),
				JSON.stringify(value),
				String(value),
				inspect(value, { depth: 9, showHidden: true }),
			];
			expect(shown.join('\n')).not.toMatch(/first-secret|second-secret/);
		}
	});

	test('in errors', () => {
		const messages: string[] = [];
		const texts = [
			'http://joe:first-secret@10.0.0.1/a b',
			'iscsi:joe:first-secret@10.0.0.1::::disk 1',
			'iscsi:a:first-secret:b:c:d@h:::0:iqn.x',
			'iscsi:a:b:first-secret:c@h:::0:iqn.x',
			'iscsi:a:b:6:first-secret@h:::0:iqn.x',
		];
		for (const text of texts) {
			for (const dialect of ['rfc4173', 'ipxe', 'edk2', 'u-root', 'dracut'] as const) {
				try {
					parseSanUri(text, { dialect });
				} catch (error) {
					messages.push(String(error));
				}
			}
		}
		expect(messages.length).toBeGreaterThan(15);
		expect(messages.join('\n')).not.toContain('first-secret');
	});

	test('and come back when asked for', () => {
		expect(formatSanUri(withUser, { withCredentials: true })).toBe('http://joe:first-secret@10.0.0.1/x.iso');
		expect(formatSanUri(withUser)).toBe('http://10.0.0.1/x.iso');
	});
});
