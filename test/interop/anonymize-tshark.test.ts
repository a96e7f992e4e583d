import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnonymizeOptions, anonymize, readCapture } from 'pxekit/capture';
import { afterAll, describe, expect, test } from 'vitest';
import { fixtureBytes, fixtureRows } from '../support/fixtures.ts';
import type { CaptureIdentifiers } from '../support/traces.ts';

const folder = mkdtempSync(join(tmpdir(), 'pxekit-anonymize-'));
afterAll(() => rmSync(folder, { recursive: true }));

const names = fixtureRows<CaptureIdentifiers>('captures/identifiers.tshark.jsonl').map(({ capture }) => capture);

/** The same little-endian pcap file with other bytes in its frames: their lengths are the same. */
function fileOf(name: string, options?: AnonymizeOptions): string {
	const bytes = fixtureBytes(`captures/${name}.pcap`).slice();
	if (options) {
		const { frames } = anonymize(readCapture(bytes.slice()), options);
		let at = 24;
		for (const { data } of frames) {
			bytes.set(data, at + 16);
			at += 16 + data.length;
		}
		expect(at).toBe(bytes.length);
	}
	const file = join(folder, `${name}-${options ? (options.keepFiles ? 'kept' : 'zeroed') : 'original'}.pcap`);
	writeFileSync(file, bytes);
	return file;
}

const fields = [
	'frame.protocols',
	'ip.checksum.status',
	'udp.checksum.status',
	'tcp.checksum.status',
	'icmp.checksum.status',
];
const more = [
	'icmpv6.checksum.status',
	'dhcp.option.type',
	'dhcp.option.length',
	'tftp.opcode',
	'tftp.block',
	'http.request.method',
];
const all = [
	...fields,
	...more,
	'http.response.code',
	'http.content_length_header',
	'tcp.len',
	'udp.length',
	'_ws.malformed',
];

/** What tshark says of each frame. */
function tshark(file: string): string[][] {
	const checks = ['ip', 'udp', 'tcp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]);
	const columns = all.flatMap((field) => ['-e', field]);
	const output = execFileSync('tshark', ['-n', '-r', file, ...checks, '-T', 'fields', ...columns], {
		encoding: 'utf8',
		maxBuffer: 1 << 28,
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	return output
		.trimEnd()
		.split('\n')
		.map((line) => line.split('\t'));
}

/** Frames that tshark can't read to their end. */
function malformed(file: string): string {
	return execFileSync('tshark', ['-n', '-r', file, '-Y', '_ws.malformed', '-T', 'fields', '-e', 'frame.number'], {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
}

/** Inside TCP and UDP, what zeros can't be any more. */
const boot = ['dhcp', 'tftp', 'http', 'dns'];

/** Protocols as far as anonymous captures have them. */
function outer([protocols = '', ...rest]: readonly string[]): string[] {
	const parts = protocols.split(':');
	const transport = parts.findIndex((part) => part === 'udp' || part === 'tcp');
	const end = transport < 0 ? parts.length : transport + (boot.includes(parts[transport + 1] ?? '') ? 2 : 1);
	return [parts.slice(0, end).join(':'), ...rest];
}

describe.each(names)('%s', (name) => {
	const original = tshark(fileOf(name));

	test('files kept: the same protocols, options and checksums in every frame', () => {
		expect(tshark(fileOf(name, { keepFiles: true }))).toEqual(original);
	});

	test('files zeroed: the same but for what files and disks had inside', () => {
		const file = fileOf(name, {});
		const anonymous = tshark(file);
		expect(malformed(file)).toBe(malformed(fileOf(name)));
		expect(anonymous.map(outer)).toEqual(original.map(outer));
	});
});
