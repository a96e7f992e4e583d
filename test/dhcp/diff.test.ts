import { decodeDhcp, diffDhcp, encodeDhcp } from 'pxekit/dhcp';
import { expect, test } from 'vitest';

const packet = (init = {}, encoding = {}) =>
	decodeDhcp(
		encodeDhcp({ op: 2, xid: 1, chaddr: '52:54:00:12:34:56', options: { messageType: 'OFFER' }, ...init }, encoding),
	);

test('how options are laid out is no difference', () => {
	const one = packet({
		options: [
			['messageType', 'OFFER'],
			['bootfileName', 'a'],
			['router', ['10.0.0.1']],
		],
	});
	const other = packet(
		{
			secs: 3,
			hops: 1,
			options: [
				['router', ['10.0.0.1']],
				['messageType', 'OFFER'],
				['bootfileName', 'a'],
			],
		},
		{ minLength: 400 },
	);
	expect(diffDhcp(one, other)).toEqual([]);
	const long = { messageType: 'OFFER', hostName: 'y'.repeat(200), rootPath: 'x'.repeat(110) };
	const overloaded = packet({ options: long }, { maxLength: 548 });
	expect(overloaded.options.has(52)).toBe(true);
	expect(diffDhcp(packet({ options: long }), overloaded)).toEqual([]);
});

test('a password that changed is a difference, and is not shown', () => {
	const [sname] = diffDhcp(packet({ file: 'http://u:one@h/' }), packet({ file: 'http://u:two@h/' }));
	expect(sname).toEqual({ field: 'file', first: '"http://u:***@h/"', second: '"http://u:***@h/"' });
	const [secret] = diffDhcp(packet({ options: { 90: Uint8Array.of(1, 2, 3) } }), packet({ options: {} }));
	expect(secret).toMatchObject({ field: 'option 90', name: 'authentication', second: undefined });
	expect(secret?.first).toBe('3 bytes, not shown: may hold credentials');
});

test('plain BOOTP: the vendor area', () => {
	const bootp = (trailing: Uint8Array) => packet({ options: undefined, cookie: false, trailing });
	expect(diffDhcp(bootp(Uint8Array.of(1)), bootp(Uint8Array.of(1)))).toEqual([]);
	expect(diffDhcp(bootp(Uint8Array.of(1)), bootp(Uint8Array.of(2))).map(({ field }) => field)).toEqual(['vendor area']);
});
