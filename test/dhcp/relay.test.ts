import { parseHex } from 'pxekit';
import { relayOf } from 'pxekit/dhcp';
import { describe, expect, test } from 'vitest';
import { bootRequest } from '../support/boot-packets.ts';

/** Option 82 as bytes, so that no encoder of ours stands between the RFC and the test. */
function relayed(option82: string, giaddr = '10.1.0.1') {
	return relayOf(bootRequest({ 82: parseHex(option82) }, { giaddr }));
}

describe('relayOf', () => {
	test('none without giaddr, whatever option 82 says', () => {
		expect(relayed('0b040a630001', '0.0.0.0')).toBeUndefined();
	});

	test('link selection (RFC 3527), flags (RFC 5010), server identifier override (RFC 5107)', () => {
		expect(relayed('0104657468300504 0a020000 0a0180 0b040a010001')).toEqual({
			address: '10.1.0.1',
			linkSelection: '10.2.0.0',
			unicast: true,
			serverIdentifierOverride: '10.1.0.1',
		});
	});

	test.each([
		['0a0180', true],
		['0a0100', false],
		['0a017f', false],
		['0104aabbccdd', undefined],
	])('flags %s: unicast %s', (option82, unicast) => {
		expect(relayed(option82)?.unicast).toBe(unicast);
	});

	test.each(['05030a0200', '0a020080', '0b050a01000100', '0bff'])(
		'a value of wrong length is not read: %s',
		(bytes) => {
			expect(relayed(bytes)).toEqual({ address: '10.1.0.1' });
		},
	);
});
