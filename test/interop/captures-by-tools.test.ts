import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatHex } from 'pxekit';
import {
	type BootSession,
	bootTimeline,
	type CaptureFile,
	decodeFrames,
	diagnose,
	formatTimeline,
	readCapture,
	tftpTransfers,
	writePcap,
} from 'pxekit/capture';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as changed from '../support/changed-frames.ts';
import { captureByTshark, captureByUs, type TsharkRow, tsharkCapture, withNames } from '../support/tshark-captures.ts';
import { dhcpDifferences } from '../support/tshark-dhcp.ts';
import { frameDifferences, tsharkFrames } from '../support/tshark-frames.ts';
import { compareTalks } from '../support/tshark-talks.ts';
import { run } from './lab/command.ts';

// Captures that other programs have converted, cut, joined and damaged, and captures as other places of the network would have shown them.

const own = new URL('../../fixtures/captures/', import.meta.url).pathname;
const pxelinux = 'bios-ipxe-rom_pxelinux-209-210_linux';
const menu = 'ovmf_dnsmasq-menu-4011_snponly';
const proxyMenu = 'ovmf-x64-pxe_plain+proxymenu';
const aoe = 'bios-ipxe-aoe-sanhook';

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'pxekit-changed-'));
});
afterAll(() => {
	rmSync(folder, { recursive: true });
});

let made = 0;
const fresh = () => join(folder, `${++made}.cap`);
const source = (name: string) => join(own, `${name}.pcap`);
const read = (file: string): CaptureFile => readCapture(new Uint8Array(readFileSync(file)));

/** The capture behind `editcap` with these options. */
async function edited(file: string, ...options: readonly string[]): Promise<string> {
	const to = fresh();
	await run('editcap', [...options, file, to]);
	return to;
}

function withFrames(file: string, change: changed.FrameChange): string {
	const to = fresh();
	writeFileSync(to, writePcap(change(read(file).frames)));
	return to;
}

/** All that we read in a file in another way than tshark. */
async function unlikeTshark(file: string) {
	const capture = read(file);
	const { rows, complaint } = await tsharkCapture(file);
	expect(withNames(captureByUs(capture), rows)).toEqual(withNames(captureByTshark(rows), rows));
	expect({ damaged: capture.issues.length > 0 || capture.truncated }).toEqual({ damaged: complaint !== '' });
	const { differ, onlyOurs, onlyTheirs } = await compareTalks(file);
	return {
		frames: frameDifferences(capture.frames, tsharkFrames(file)),
		talks: differ,
		files: [...onlyOurs, ...onlyTheirs],
		dhcp: dhcpDifferences('', file).found,
		misplaced: misplaced(capture, rows),
	};
}

const nothing = { frames: [], talks: [], files: [], dhcp: [], misplaced: [] };

/** Frames of TFTP and ARP that are not in exactly one event of a session, as far as the timeline must have them. */
function misplaced(capture: CaptureFile, rows: readonly TsharkRow[]): number[] {
	const sessions = bootTimeline(capture);
	const events = sessions.map((session) => session.stages.flatMap((stage) => stage.events));
	const decoded = [...decodeFrames(capture.frames)];
	const ofTransfers = new Set(tftpTransfers(decoded).flatMap(({ frames }) => frames));
	const macs = sessions.map(({ client }) => client.mac);
	const ofClients = decoded.filter(({ arp }) => arp && macs.includes(arp.senderMac)).map(({ index }) => index);
	const timesIn = (index: number) =>
		events.map(
			(list) => list.filter(({ type, frames }) => type !== 'http' && type !== 'tcp' && frames.includes(index)).length,
		);
	return rows
		.map(({ number }) => Number(number))
		.filter((index) => {
			const times = timesIn(index);
			const wanted = ofTransfers.has(index) || ofClients.includes(index);
			return times.some((count) => count > 1) || (wanted && times.every((count) => count === 0));
		});
}

/** What we tell of each client, and what we find. */
function told(sessions: readonly BootSession[], ...ignore: readonly string[]): Record<string, unknown> {
	return Object.fromEntries(
		sessions.map((session) => [
			session.client.mac,
			[
				formatTimeline(session, { snapshot: true }),
				diagnose(session, { ignore }).map(({ code, severity }) => `${severity} ${code}`),
			],
		]),
	);
}

describe('changed by editcap', () => {
	test.concurrent.each([
		['nanoseconds, in the past', pxelinux, ['-F', 'nsecpcap', '-t', '-1700000000.000000001']],
		['the modified format, some milliseconds earlier', menu, ['-F', 'modpcap', '-t', '-0.0005']],
		['pcapng, after the year 2038', menu, ['-F', 'pcapng', '-t', '1000000000']],
		['link header taken off', pxelinux, ['-C', '14', '-L', '-T', 'rawip']],
	] as const)('%s', async (_, name, options) => {
		const file = await edited(source(name), ...options);
		expect(await unlikeTshark(file)).toEqual(nothing);
	});

	test.concurrent.each([
		['pcapng', pxelinux, ['-F', 'pcapng']],
		['nanoseconds', menu, ['-F', 'nsecpcap']],
		['the modified format', proxyMenu, ['-F', 'modpcap']],
		['earlier than 1970', menu, ['-F', 'pcapng', '-t', '-3000000000']],
	] as const)('%s: tells the same', async (_, name, options) => {
		const file = await edited(source(name), ...options);
		expect(told(bootTimeline(read(file)))).toEqual(told(bootTimeline(read(source(name)))));
	});

	test.concurrent.each([
		['100 bytes', menu, '100'],
		['330 bytes', pxelinux, '330'],
	])('frames cut to %s', async (_, name, length) => {
		const file = await edited(source(name), '-F', 'pcapng', '-s', length);
		expect(await unlikeTshark(file)).toEqual(nothing);
		const gaps = bootTimeline(read(file)).flatMap((session) => session.gaps.map(({ code }) => code));
		expect(gaps).toContain('cut-frames');
	});

	test('some frames, by their numbers', async () => {
		const file = fresh();
		await run('editcap', ['-r', source(pxelinux), file, '2-40', '60', '80-100']);
		expect(read(file).frames.length).toBe(39 + 1 + 21);
		expect(await unlikeTshark(file)).toEqual(nothing);
	});

	/** Both have an address that was changed, and an answer from elsewhere is one to us, as machines with several addresses give it. */
	const answersFromElsewhere: Readonly<Record<number, object>> = {
		2: { talks: ['+ 86 3 /arch/initrd.img 1'] },
		4: {
			talks: [
				'+ 58 6 /arch/menu/lab.cfg blksize=1408 tsize=142',
				'+ 59 4 /arch/menu/lab.cfg 0',
				'+ 60 3 /arch/menu/lab.cfg 1',
				'+ 61 4 /arch/menu/lab.cfg 1',
			],
			files: [142],
		},
	};

	test.concurrent.each([1, 2, 3, 4])('random errors, seed %i', async (seed) => {
		const file = await edited(source(pxelinux), '-E', '0.0005', '--seed', String(seed));
		expect(await unlikeTshark(file)).toEqual({ ...nothing, ...answersFromElsewhere[seed] });
	});

	test('the copies of a mirror port, taken out again', async () => {
		const mirrored = withFrames(source(menu), changed.mirrored(0n));
		const file = await edited(mirrored, '-w', '0.000001');
		const plain = read(source(menu));
		expect(read(file).frames.map(({ data }) => formatHex(data))).toEqual(
			plain.frames.map(({ data }) => formatHex(data)),
		);
		expect(told(bootTimeline(read(mirrored)))).toEqual(told(bootTimeline(plain)));
	});
});

describe('joined and sorted', () => {
	/** Three boots that begin together, one of them recorded on the interface "any" and one without link headers. */
	async function boots(): Promise<readonly string[]> {
		const [first = 0n] = read(source(pxelinux)).frames.map(({ time }) => time ?? 0n);
		const files = [
			source(pxelinux),
			withFrames(source(proxyMenu), changed.cooked(1)),
			withFrames(source(aoe), changed.cooked(2)),
		];
		return Promise.all(
			files.map((file) => {
				const begins = read(file).frames[0]?.time ?? 0n;
				return edited(file, '-t', (Number((first - begins) / 1_000_000n) / 1000).toFixed(3));
			}),
		);
	}

	test('mergecap: several interfaces of different link types in one file', async () => {
		const files = await boots();
		const file = fresh();
		await run('mergecap', ['-w', file, ...files]);
		const merged = read(file);
		expect(new Set(merged.frames.map(({ linkType }) => linkType))).toEqual(new Set([1, 113, 276]));
		expect(await unlikeTshark(file)).toEqual(nothing);
		const alone = Object.assign({}, ...files.map((each) => told(bootTimeline(read(each)), ...ofWholeFile)));
		expect(told(bootTimeline(merged), ...ofWholeFile)).toEqual(alone);
	});

	test('mergecap -a: one after the other', async () => {
		const file = fresh();
		await run('mergecap', ['-a', '-w', file, ...[proxyMenu, menu, pxelinux].map(source)]);
		expect(await unlikeTshark(file)).toEqual(nothing);
	});

	test('reordercap puts back what stands the other way round', async () => {
		const disordered = withFrames(source(pxelinux), changed.disordered(1_000_000n));
		const file = fresh();
		await run('reordercap', [disordered, file]);
		expect(told(bootTimeline(read(file)))).toEqual(told(bootTimeline(read(source(pxelinux)))));
	});

	test('text2pcap, from what tshark prints', async () => {
		const text = join(folder, 'frames.txt');
		writeFileSync(text, await run('tshark', ['-n', '-r', source(menu), '-x']));
		const file = fresh();
		await run('text2pcap', ['-q', text, file]);
		const plain = read(source(menu));
		expect(read(file).frames.map(({ data }) => formatHex(data))).toEqual(
			plain.frames.map(({ data }) => formatHex(data)),
		);
		expect(await unlikeTshark(file)).toEqual(nothing);
	});
});

/** Findings about all frames of a file, whoever's they are, and about the silence to its end, which is longer in a longer file. */
const ofWholeFile = ['checksum-offload', 'vlan-tag', 'boot-cancelled'];

describe('as another place of the network shows it', () => {
	const changes = {
		'a VLAN tag': changed.tagged(5),
		'two VLAN tags': changed.tagged(100, 7),
		'IPv4 options': changed.withIpOptions,
		'two fragments': changed.fragmented([0, 1]),
		'three fragments in disorder': changed.fragmented([2, 0, 1]),
		'fragments of each datagram twice': changed.fragmented([0, 1, 0, 1]),
		'TFTP over IPv6': changed.overIpv6,
		'Linux cooked': changed.cooked(1),
		'Linux cooked, version 2': changed.cooked(2),
		'IP alone': changed.rawIp,
		'every frame twice': changed.mirrored(200_000n),
		'both sides of a router': changed.routedCopies,
		'with and without its tag': changed.taggedAndNot,
	};
	const cases = Object.entries(changes).flatMap(([what, change], i) =>
		(i % 2 === 0 ? [pxelinux] : [menu]).map((name) => [what, name, change] as const),
	);

	test.concurrent.each(cases)('%s: %s', async (_what, name, change) => {
		expect(await unlikeTshark(withFrames(source(name), change))).toEqual(nothing);
	});

	// tshark tells of TFTP only where it has seen the request.
	test.concurrent.each([
		['every seventh frame lost', changed.losing(7, 3)],
		['every third frame lost', changed.losing(3)],
		['neighbours in disorder', changed.disordered(150_000n)],
		['only what the client sends', changed.only('52:54:00:77:00:03', 'from')],
		['all but what the client sends', changed.only('52:54:00:77:00:03', 'others')],
	])('%s: all that tshark tells', async (_, change) => {
		const { talks, ...rest } = await unlikeTshark(withFrames(source(menu), change));
		expect({ ...rest, talks: talks.filter((line) => line.startsWith('-')) }).toEqual(nothing);
	});
});
