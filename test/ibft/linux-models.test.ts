import { decodeIbft, encodeIbft, fromSysfs, ibftSysfs, toIscsistart } from 'pxekit/ibft';
import { describe, expect, test } from 'vitest';
import { models } from '../interop/ibft/models.ts';
import { linuxModels, records } from './fixtures.ts';

describe.each(models)('$title', ({ title, init, layout }) => {
	const shown = linuxModels[title];
	const table = decodeIbft(encodeIbft(init, { layout }));

	test('decodes without an issue', () => {
		expect(table.issues).toEqual([]);
	});

	test("the kernel's files", () => {
		expect(ibftSysfs(table)).toEqual(shown?.sysfs);
	});

	test("iscsistart's records", () => {
		const interfaceName = shown?.iscsistart.includes('dummy0') ? () => 'dummy0' : undefined;
		expect(records(toIscsistart(table, { interfaceName }))).toEqual(records(shown?.iscsistart as string));
	});

	test("the kernel's files lead back to the same table", () => {
		const { ibft, issues } = fromSysfs(shown?.sysfs as Record<string, string>);
		if (issues.length > 0) {
			expect(issues.map(({ code }) => code)).toEqual(['ambiguous-lun']);
			return;
		}
		const files = ibftSysfs(decodeIbft(encodeIbft(ibft)));
		expect(files).toEqual(shown?.sysfs);
	});
});

test('every model is recorded', () => {
	expect(Object.keys(linuxModels)).toEqual(models.map(({ title }) => title));
});
