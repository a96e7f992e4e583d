import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
	createFileCache,
	directorySource,
	type TftpContentReader,
	TftpRefusal,
	type TftpRequest,
	type TftpSource,
} from 'pxekit/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let outer: string;
let root: string;

const request = (filename: string): TftpRequest => ({
	kind: 'read',
	filename,
	mode: 'octet',
	options: {},
	client: { address: '127.0.0.1', port: 1 },
	local: { address: '127.0.0.1', port: 69 },
	signal: new AbortController().signal,
});

/** What a source gives for a name: its text, `undefined`, or the code of the refusal. */
async function get(source: TftpSource, filename: string): Promise<string | number | undefined> {
	try {
		const reader = (await source(request(filename))) as TftpContentReader | undefined;
		if (!reader) return undefined;
		const parts: Uint8Array[] = [];
		try {
			for (let part = await reader.next(); part; part = await reader.next()) parts.push(part);
		} finally {
			await reader.close();
		}
		return Buffer.concat(parts).toString();
	} catch (error) {
		if (error instanceof TftpRefusal) return error.tftpCode;
		throw error;
	}
}

/** A file that has been lying there for a while. */
async function settle(path: string): Promise<void> {
	await utimes(path, new Date(), new Date(Date.now() - 60_000));
}

beforeAll(async () => {
	outer = await mkdtemp(join(tmpdir(), 'pxekit-root-'));
	root = join(outer, 'pub');
	await mkdir(join(root, 'Boot/x64'), { recursive: true });
	await mkdir(join(outer, 'pub-private'));
	await writeFile(join(root, 'Boot/BCD'), 'bcd');
	await writeFile(join(root, 'Boot/x64/wdsnbp.com'), 'wds');
	await writeFile(join(root, '%2e%2e'), 'literal');
	await writeFile(join(outer, 'secret'), 'secret');
	await writeFile(join(outer, 'pub-private/secret'), 'secret');
	await symlink('../secret', join(root, 'out'));
	await symlink('../pub-private', join(root, 'outdir'));
	await symlink('Boot/BCD', join(root, 'in'));
	await symlink('loop', join(root, 'loop'));
	execFileSync('mkfifo', [join(root, 'fifo')]);
});

afterAll(async () => {
	await rm(outer, { recursive: true, force: true });
});

describe('directorySource', () => {
	test.each([
		['Boot/BCD', 'bcd'],
		['/Boot/BCD', 'bcd'],
		['//Boot//BCD', 'bcd'],
		['./Boot/./BCD', 'bcd'],
		['Boot\\BCD', 'bcd'],
		['\\Boot\\x64\\wdsnbp.com', 'wds'],
		['in', 'bcd'],
		['%2e%2e', 'literal'],
		['nope', undefined],
		['Boot/BCD/x', undefined],
		['boot/bcd', undefined],
		['', undefined],
		['/', undefined],
		['loop', undefined],
		['\ufffd', undefined],
		['x'.repeat(400), undefined],
		['Boot', 2],
		['fifo', 2],
		['out', 2],
		['outdir/secret', 2],
		['..', 2],
		['../secret', 2],
		['..\\secret', 2],
		['Boot/../../secret', 2],
		['Boot/../Boot/BCD', 2],
		['../pub-private/secret', 2],
		['../pub/Boot/BCD', 2],
		['C:\\Boot\\BCD', 2],
		['/etc/hostname', undefined],
	])('%j gives %j', async (name, expected) => {
		expect(await get(directorySource(root), name)).toBe(expected);
	});

	test('serves no absolute path, not even the right one', async () => {
		expect(await get(directorySource(root), join(root, 'Boot/BCD'))).toBeUndefined();
	});

	test('serves nothing from outside, whatever the name', async () => {
		const source = directorySource(root, { ignoreCase: true });
		const piece = fc.constantFrom('..', '.', '', 'Boot', 'secret', 'pub-private', 'out', 'outdir', 'pub', 'x');
		const name = fc.array(fc.tuple(piece, fc.constantFrom('/', '\\', '//')), { maxLength: 8 });
		await fc.assert(
			fc.asyncProperty(name, async (pieces) => {
				expect(await get(source, pieces.flat().join(''))).not.toBe('secret');
			}),
			{ numRuns: 500 },
		);
	});

	test('follows links that lead outside when allowed', async () => {
		const source = directorySource(root, { allowLinksOutside: true });
		expect(await get(source, 'out')).toBe('secret');
		expect(await get(source, 'outdir/secret')).toBe('secret');
		expect(await get(source, '../secret')).toBe(2);
	});

	test('finds names in another case when asked to, the exact one first', async () => {
		const source = directorySource(root, { ignoreCase: true });
		expect(await get(source, 'BOOT\\X64\\WDSNBP.COM')).toBe('wds');
		await writeFile(join(root, 'boot.txt'), 'lower');
		await writeFile(join(root, 'BOOT.TXT'), 'upper');
		expect(await get(source, 'BOOT.TXT')).toBe('upper');
		expect(await get(source, 'boot.txt')).toBe('lower');
		expect(await get(source, 'OUT')).toBe(2);
	});

	test('rewrites names by rules with captures, and refuses by them', async () => {
		const source = directorySource(root, {
			rules: [
				{ match: /^private\//, replace: undefined },
				{ match: /^loader-(?<arch>\w+)$/g, replace: 'Boot/$<arch>/wdsnbp.com', goOn: false },
				{ match: /^up\//, replace: '../' },
				{ match: /wdsnbp/, replace: 'never' },
			],
		});
		expect(await get(source, '\\loader-x64')).toBe('wds');
		expect(await get(source, '/loader-x64')).toBe('wds');
		expect(await get(source, 'private/x')).toBe(2);
		expect(await get(source, 'up/secret')).toBe(2);
	});

	test('says at once that the root is no directory', () => {
		expect(() => directorySource(join(root, 'Boot/BCD'))).toThrow(
			expect.objectContaining({ code: 'no-such-directory' }),
		);
		expect(() => directorySource(join(root, 'nope'))).toThrow(expect.objectContaining({ code: 'no-such-directory' }));
	});

	test('reads a file once for a hundred readers', async () => {
		const path = join(root, 'kernel');
		const content = Buffer.alloc(300_000, 'k').toString();
		await writeFile(path, content);
		await settle(path);
		const cache = createFileCache();
		const source = directorySource(root, { cache });
		const all = await Promise.all(Array.from({ length: 100 }, () => get(source, 'kernel')));
		expect(all.every((text) => text === content)).toBe(true);
		expect(cache.loads).toBe(Math.ceil(300_000 / 65_536));
		expect(cache.bytes).toBe(300_000);
	});

	test('holds no more bytes than it may', async () => {
		const path = join(root, 'large');
		await writeFile(path, Buffer.alloc(1_000_000, 'l'));
		await settle(path);
		const cache = createFileCache(200_000);
		const source = directorySource(root, { cache });
		for (let i = 0; i < 3; i++) expect(((await get(source, 'large')) as string).length).toBe(1_000_000);
		expect(cache.bytes).toBeLessThanOrEqual(200_000);
	});

	test('sees a file that was written anew, and keeps sending the old one that was replaced', async () => {
		const path = join(root, 'config');
		await writeFile(path, 'old'.repeat(50_000));
		await settle(path);
		const source = directorySource(root);
		const reader = (await source(request('config'))) as TftpContentReader;
		expect((await reader.next())?.length).toBe(65_536);
		await writeFile(join(root, 'config.new'), 'new');
		await rename(join(root, 'config.new'), path);
		expect(await get(source, 'config')).toBe('new');
		expect(Buffer.from((await reader.next()) ?? '').toString('latin1', 0, 4)).toBe('ldol');
		await reader.close();
	});

	test.each<[string, (path: string) => Promise<void>]>([
		['shrinks', (path) => truncate(path, 70_000)],
		['grows', (path) => appendFile(path, 'more')],
		['is written in place', (path) => writeFile(path, 'b'.repeat(150_000))],
	])('ends with an error when the file %s meanwhile', async (_name, change) => {
		const path = join(root, 'changing');
		await writeFile(path, 'a'.repeat(150_000));
		await settle(path);
		const reader = (await directorySource(root)(request('changing'))) as TftpContentReader;
		expect(Buffer.from((await reader.next()) ?? '').every((byte) => byte === 0x61)).toBe(true);
		await change(path);
		await expect(Promise.resolve(reader.next())).rejects.toThrow('File changed');
		await reader.close();
	});
});
