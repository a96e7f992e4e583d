import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkIbft, decodeIbft, encodeIbft, ibftSysfs, toIscsistart } from 'pxekit/ibft';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { records } from '../../ibft/fixtures.ts';
import { withChecksum } from '../../ibft/table.ts';
import { missing } from '../lab/requirements.ts';
import { type IbftKernel, prepareKernel } from './kernel.ts';
import { models } from './models.ts';

const lacks = missing('setpriv', 'qemu-system-x86_64', 'busybox', 'cpio', 'iscsistart');

describe.skipIf(lacks)(`Debian's kernel and open-iscsi read our tables${lacks ? ` (needs ${lacks})` : ''}`, () => {
	let folder: string;
	let kernel: IbftKernel;

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), `pxekit-${process.pid}-ibft-`));
		kernel = await prepareKernel(folder);
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	test.each(models)('$title', async ({ init, layout }) => {
		const bytes = encodeIbft(init, { layout });
		const table = decodeIbft(bytes);
		const mac = init.nics?.find(({ flags = 3 }) => flags & 2)?.mac as string;
		const { sysfs, iscsistart } = await kernel.boot(bytes, mac);

		expect(Object.keys(sysfs).length).toBeGreaterThan(15);
		expect(sysfs).toEqual(ibftSysfs(table));
		const version = /^# BEGIN RECORD (\S+)/.exec(iscsistart)?.[1];
		const interfaceName = iscsistart.includes('dummy0') ? () => 'dummy0' : undefined;
		expect(records(toIscsistart(table, { version, interfaceName }))).toEqual(records(iscsistart));
	});

	/** The plain table with bytes changed: control at 48, initiator at 72, NIC at 152, target at 256. */
	const plain = models[0]?.init as (typeof models)[number]['init'];
	test.each<[string, Record<number, number>, RegExp]>([
		['revision 2', { 8: 2 }, /supports only revision 1/],
		['a control structure of 17 bytes', { 50: 17 }, /Control header is invalid/],
		['a control structure with index 1', { 52: 1 }, /Control header is invalid/],
		['a NIC of 104 bytes', { 154: 104 }, /ethernet field header.length to have 102 but found 104/],
		['a target with id 9', { 256: 9 }, /unknown structure type \(9\). Report this bug to PXEKIT/],
		['a NIC without flags', { 157: 0 }, /iBFT detected/],
		['no initiator', { 56: 0, 57: 0 }, /iBFT detected/],
		['a prefix of 33 bits', { 174: 33 }, /iBFT detected/],
		['a NUL inside the name', { 315: 0 }, /iBFT detected/],
		['a host name of length 0', { 252: 56, 253: 1 }, /iBFT detected/],
		['a secret without a name', { 298: 4, 300: 56, 301: 1 }, /iBFT detected/],
		['a name without a secret', { 294: 4, 296: 56, 297: 1 }, /iBFT detected/],
		['mapped zeros as the target', { 272: 0xff, 273: 0xff, 274: 0, 275: 0, 276: 0, 277: 0 }, /iBFT detected/],
	])('a broken table: %s', async (_, changes, message) => {
		const bytes = encodeIbft(plain);
		for (const [at, byte] of Object.entries(changes)) bytes[Number(at)] = byte;
		// As QEMU does it.
		const table = decodeIbft(withChecksum(bytes));
		const { sysfs, iscsistart, messages } = await kernel.boot(bytes, plain.nics?.[0]?.mac as string);

		expect(messages).toMatch(message);
		expect(sysfs).toEqual(ibftSysfs(table));
		const isRefused = checkIbft(table, { reader: 'linux' }).some(
			({ effect, code }) => effect === 'refuses' && code !== 'no-target',
		);
		expect(isRefused).toBe(Object.keys(sysfs).length === 0);
		expect(records(toIscsistart(table))).toEqual(records(iscsistart.includes('# BEGIN') ? iscsistart : ''));
	});

	test('two NICs with one index: the whole table is refused', async () => {
		const bytes = encodeIbft({ ...plain, nics: [...(plain.nics ?? []), { mac: '52:54:00:77:00:11', index: 1 }] });
		bytes[256 + 4] = 0;
		const table = decodeIbft(bytes);
		expect(table.nics.map(({ index }) => index)).toEqual([0, 0]);
		const { sysfs, messages } = await kernel.boot(bytes, '52:54:00:77:00:10');
		expect(messages).toMatch(/cannot create duplicate filename '\/firmware\/ibft\/ethernet0'/);
		expect(sysfs).toEqual({});
	});

	const variants = new URL('../../../../shared/foreign/ibft/bft-variants/', import.meta.url);
	const names = existsSync(variants) ? readdirSync(variants) : [];
	/** QEMU repairs length and checksum, and the third shows memory behind the table. */
	const notComparable = ['01-badsum', '23-hdrlen-short', '17-name-off-past-end'];
	describe.skipIf(names.length === 0)("variants of another project's table (../shared/foreign/ibft)", () => {
		test.each(names.filter((name) => !notComparable.includes(name)))('%s', async (name) => {
			const bytes = new Uint8Array(readFileSync(new URL(name, variants)));
			const { sysfs } = await kernel.boot(bytes, '52:54:00:12:34:00');
			expect(sysfs).toEqual(ibftSysfs(decodeIbft(bytes)));
		});
	});
});
