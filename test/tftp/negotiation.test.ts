import fc from 'fast-check';
import { type NegotiationPolicy, negotiateTftp, type TftpRequestPacket, tftpOptions } from 'pxekit/tftp';
import { describe, expect, test } from 'vitest';

const request = (options: [string, string][], kind: 'rrq' | 'wrq' = 'rrq', mode = 'octet'): TftpRequestPacket => ({
	kind,
	filename: 'f',
	mode,
	options: options.map(([name, value]) => ({ name, value })),
});

/** What is answered to one option; `undefined` when it is left out. */
function answer(name: string, value: string, policy: NegotiationPolicy = {}, kind?: 'rrq' | 'wrq', mode?: string) {
	return negotiateTftp(request([[name, value]], kind, mode), policy, 2660).granted[0]?.value;
}

describe('negotiateTftp', () => {
	test.each<[string, string, string | undefined]>([
		['blksize', '7', undefined],
		['blksize', '8', '8'],
		['blksize', '400', '400'],
		['blksize', '1468', '1468'],
		['blksize', '65464', '1468'],
		['blksize', '65465', '1468'],
		['blksize', '99999999999999999999', undefined],
		['blksize', 'abc', undefined],
		['blksize', '', undefined],
		['blksize', '-512', undefined],
		['blksize', '1e3', undefined],
		['blksize', '512.5', undefined],
		['blksize', ' 512', undefined],
		['tsize', '0', '2660'],
		['tsize', '99', '2660'],
		['tsize', 'x', undefined],
		['timeout', '0', undefined],
		['timeout', '1', '1'],
		['timeout', '255', '255'],
		['timeout', '256', undefined],
		['utimeout', '9999', undefined],
		['utimeout', '10000', '10000'],
		['windowsize', '0', undefined],
		['windowsize', '1', '1'],
		['windowsize', '4', '4'],
		['windowsize', '65', '64'],
		['windowsize', '65535', '64'],
		['windowsize', '65536', '64'],
		['windowsize', '-1', undefined],
		['rollover', '0', '0'],
		['rollover', '1', '1'],
		['rollover', '2', undefined],
		['msftwindow', '31416', undefined],
		['multicast', '', undefined],
		['blksize2', '1024', undefined],
		['__proto__', '1', undefined],
		['constructor', '1', undefined],
	])('answers %s %j with %j', (name, value, expected) => {
		expect(answer(name, value)).toBe(expected);
	});

	test('clamps by the policy, or not at all', () => {
		expect(answer('blksize', '65464', { maxBlockSize: 'as-asked' })).toBe('65464');
		expect(answer('blksize', '65465', { maxBlockSize: 'as-asked' })).toBe('65464');
		expect(answer('blksize', '9000', { maxBlockSize: 1024 })).toBe('1024');
		expect(answer('windowsize', '64', { maxWindowSize: 8 })).toBe('8');
	});

	test('leaves tsize out of netascii, of an empty file, and of one of unknown size', () => {
		expect(answer('tsize', '0', {}, 'rrq', 'NETASCII')).toBeUndefined();
		expect(negotiateTftp(request([['tsize', '0']]), {}, 0).granted).toEqual([]);
		expect(negotiateTftp(request([['tsize', '0']]), {}).granted).toEqual([]);
	});

	test('echoes the size of an upload', () => {
		expect(negotiateTftp(request([['tsize', '77']], 'wrq'))).toMatchObject({
			terms: { size: 77 },
			granted: [{ name: 'tsize', value: '77' }],
		});
	});

	test('takes the first of a repeated option, in the spelling of the client', () => {
		const { granted, terms } = negotiateTftp(
			request([
				['BLKSIZE', '1024'],
				['windowsize', '4'],
				['blksize', '512'],
			]),
		);
		expect(granted).toEqual([
			{ name: 'BLKSIZE', value: '1024' },
			{ name: 'windowsize', value: '4' },
		]);
		expect(terms).toEqual({ blockSize: 1024, windowSize: 4, rollover: 0 });
	});

	test('grants options of the consumer', () => {
		const options = { seek: (value: string) => (Number(value) < 10 ? value : undefined), tsize: () => undefined };
		expect(answer('Seek', '3', { options })).toBe('3');
		expect(answer('seek', '30', { options })).toBeUndefined();
		expect(answer('tsize', '0', { options })).toBeUndefined();
	});

	test('answers nothing that was not asked, nothing twice, nothing larger', () => {
		const names = [...tftpOptions.map((option) => option.name), 'BlkSize', 'other'];
		const values = fc.oneof(fc.nat(70_000).map(String), fc.string({ maxLength: 5 }));
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 8 }),
				fc.option(fc.nat(100_000), { nil: undefined }),
				(options, size) => {
					const { granted, terms } = negotiateTftp(request(options), {}, size);
					const lower = granted.map(({ name }) => name.toLowerCase());
					expect(new Set(lower).size).toBe(lower.length);
					for (const { name, value } of granted) {
						const asked = options.find(([other]) => other.toLowerCase() === name.toLowerCase());
						expect(asked?.[0]).toBe(name);
						if (/^(blksize|windowsize)$/i.test(name)) expect(Number(value)).toBeLessThanOrEqual(Number(asked?.[1]));
						if (/^u?timeout$/i.test(name)) expect(value).toBe(asked?.[1]);
						if (name === 'tsize') expect(value).toBe(String(size));
					}
					expect(terms.blockSize).toBe(Number(granted.find(({ name }) => /^blksize$/i.test(name))?.value ?? 512));
				},
			),
			{ numRuns: 500 },
		);
	});

	test.each<[NegotiationPolicy]>([
		[{ maxBlockSize: 511 }],
		[{ maxBlockSize: 65_465 }],
		[{ maxWindowSize: 0 }],
		[{ maxWindowSize: 65_536 }],
		[{ maxWindowSize: 1.5 }],
	])('refuses the policy %j', (policy) => {
		expect(() => negotiateTftp(request([]), policy)).toThrow(expect.objectContaining({ code: 'bad-policy' }));
	});
});

test('a window that 16-bit block numbers can’t tell apart is refused', () => {
	expect(() => answer('windowsize', '65535', { maxWindowSize: 32_768 })).toThrow(
		/maxWindowSize must be from 1 to 32767/,
	);
	expect(answer('windowsize', '65535', { maxWindowSize: 32_767 })).toBe('32767');
});
