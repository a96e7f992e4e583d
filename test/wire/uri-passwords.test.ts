import { expect, test } from 'vitest';
import { withoutUriPasswords } from '../../src/wire/uri-passwords.ts';

test.each([
	['http://user:geheim@10.0.0.1/a', 'http://user:***@10.0.0.1/a'],
	['get "ftp://:geheim@h/b", then "http://u:ge@heim@h/"', 'get "ftp://:***@h/b", then "http://u:***@h/"'],
	['iscsi:user:geheim@10.0.0.9::::iqn.a:b', 'iscsi:user:***@10.0.0.9::::iqn.a:b'],
	['ISCSI:u:geheim:wie:nie@h', 'ISCSI:u:***@h'],
	['http://user:ge%40heim@[fd00::1]:8080/', 'http://user:***@[fd00::1]:8080/'],
])('%s', (text, masked) => {
	expect(withoutUriPasswords(text)).toBe(masked);
});

test.each([
	'http://10.0.0.1:8080/a@b',
	'iscsi:10.0.0.9::::iqn.2026-01.example:disk:1/0',
	'http://user@10.0.0.1/',
	'http://[fd00::1]:8080/ and mail to a@b',
	'tftp://10.0.0.1/a:b@c',
])('left as it is: %s', (text) => {
	expect(withoutUriPasswords(text)).toBe(text);
});
