import { readFileSync } from 'node:fs';
import { clientArchitecture, clientArchitectures } from 'pxekit/pxe';
import { expect, test } from 'vitest';

const rows = JSON.parse(readFileSync(new URL('../../fixtures/dhcp/arch-types.json', import.meta.url), 'utf8')) as {
	value: number;
	kind: string;
	transport: string;
}[];

test('numbers and transports are the registry’s, 0 to 41', () => {
	expect(rows.length).toBe(42);
	expect(clientArchitectures.map(({ number, http }) => [number, http ? 'http' : 'tftp'])).toEqual(
		rows.map(({ value, transport }) => [value, transport]),
	);
});

test('firmware follows the registry’s kinds', () => {
	for (const { value, kind } of rows) {
		if (kind.endsWith('efi') || kind === 'efi byte code')
			expect([value, clientArchitecture(value).firmware]).toEqual([value, 'uefi']);
		if (kind === 'u-boot' || kind === 'bios')
			expect([value, clientArchitecture(value).firmware]).toEqual([value, kind]);
	}
});

test('7 is x64 and 9 is EBC (erratum 4624), and old firmware’s 9 is noted', () => {
	expect([clientArchitecture(7).cpu, clientArchitecture(9).cpu]).toEqual(['x64', 'ebc']);
	expect(clientArchitecture(9).note).toMatch(/x64/);
});

test('a number that nobody knows', () => {
	expect(clientArchitecture(65535)).toMatchObject({ number: 65535, name: 'unknown (65535)', http: false });
});
