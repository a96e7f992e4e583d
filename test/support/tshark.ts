import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CapturedDatagram, pcapOf } from './pcap.ts';

/** A field of tshark's dissection, as its PDML tells it. */
export interface TsharkField {
	/** `'dhcp.option.type'`. */
	readonly name: string;
	/** The value as text. */
	readonly show: string;
	/** The line that people read. */
	readonly showname: string;
	readonly fields: readonly TsharkField[];
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function attribute(tag: string, name: string): string {
	const raw = new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
	return raw.replace(/&(?:#x([0-9a-f]+)|(\w+));/gi, (all, hex, word) =>
		hex ? String.fromCodePoint(Number.parseInt(hex, 16)) : (entities[word] ?? all),
	);
}

/** PDML has a tag a line. */
function parsePdml(pdml: string): TsharkField[] {
	const packets: TsharkField[] = [];
	let stack: { name: string; show: string; showname: string; fields: TsharkField[] }[] = [];
	for (const [, close, kind, rest = ''] of pdml.matchAll(/<(\/?)(packet|proto|field)((?: [^>]*)?)>/g)) {
		if (close) {
			stack.pop();
			continue;
		}
		const field = {
			name: attribute(rest, 'name'),
			show: attribute(rest, 'show'),
			showname: attribute(rest, 'showname'),
			fields: [],
		};
		if (kind === 'packet') {
			packets.push(field);
			stack = [];
		} else stack.at(-1)?.fields.push(field);
		if (!rest.endsWith('/')) stack.push(field);
	}
	return packets;
}

/** What tshark makes of each datagram: the protocol's fields in order. */
export function tsharkFields(datagrams: readonly CapturedDatagram[], protocol: string): TsharkField[][] {
	const folder = mkdtempSync(join(tmpdir(), 'pxekit-tshark-'));
	try {
		const file = join(folder, 'packets.pcap');
		writeFileSync(file, pcapOf(datagrams));
		const pdml = execFileSync('tshark', ['-n', '-r', file, '-T', 'pdml', '-J', protocol], {
			encoding: 'utf8',
			maxBuffer: 1 << 29,
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		return parsePdml(pdml).map((packet) => [...(packet.fields.find(({ name }) => name === protocol)?.fields ?? [])]);
	} finally {
		rmSync(folder, { recursive: true });
	}
}
