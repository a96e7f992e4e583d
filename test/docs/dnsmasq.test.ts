import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHex } from 'pxekit';
import { type DhcpPacket, decodeDhcp } from 'pxekit/dhcp';
import {
	directorySource,
	type ProxyDhcpServer,
	type ServeProxyDhcpOptions,
	serveProxyDhcp,
	serveTftp,
	type TftpServer,
	type TftpServerOptions,
	tftpGet,
} from 'pxekit/node';
import { type BootFunction, createDhcpResponder, createProxyDhcp, type DhcpResponderOptions } from 'pxekit/pxe';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fixtureRows } from '../support/fixtures.ts';
import {
	clientAddress,
	type QuestionName,
	questions,
	questionsFor,
	type RecordedAnswer,
	sections,
} from './dnsmasq-questions.ts';
import { type DnsmasqRow, dnsmasqRows } from './dnsmasq-table.ts';

const rows = dnsmasqRows().filter(({ section }) => section in sections);
const recorded = fixtureRows<RecordedAnswer>('dhcp/dnsmasq-table.jsonl');
const fullDhcp = 'Lines for a full DHCP server';

/** What a client boots by, as text. The file's name counts wherever it stands, and NULs at the end of texts do not. */
function bootPart({ siaddr, file, options }: DhcpPacket): Record<string, string> {
	const text = (code: number) => new TextDecoder().decode(options.bytes(code)).replace(/\0+$/, '');
	const part: Record<string, string> = { siaddr, file: file || text(67) };
	for (const code of [17, 60, 66, 209, 210]) if (options.has(code)) part[`option ${code}`] = text(code);
	const block = options.bytes(43) ?? new Uint8Array(0);
	for (let at = 0; at < block.length && block[at] !== 0xff; at += 2 + (block[at + 1] as number)) {
		part[`option 43.${block[at]}`] = block.subarray(at + 2, at + 2 + (block[at + 1] as number)).join('.');
	}
	return part;
}

async function ourAnswer({ section, call }: DnsmasqRow, question: QuestionName) {
	const settings = <Settings>(source: string) => new Function(`return ({ ${source} })`)() as Settings;
	const { fromPort, to, hex } = questions[question];
	const request = decodeDhcp(parseHex(hex));
	const source = { address: to[1] === 67 ? '0.0.0.0' : clientAddress, port: fromPort };
	const received = { port: to[1] as 67 | 4011, source };
	const serverAddress = '192.168.77.2';
	if (section === fullDhcp) {
		const range = rows.find((row) => row.section === fullDhcp)?.call as string;
		const server = createDhcpResponder({
			serverAddress,
			...settings<Pick<DhcpResponderOptions, 'networks'>>(range),
			...settings<Partial<DhcpResponderOptions>>(call),
		});
		const answer = await server.respond(request, received, 0);
		return answer.reply
			? { ...addressPart(decodeDhcp(answer.bytes)), ...bootPart(decodeDhcp(answer.bytes)) }
			: 'silent';
	}
	const proxy = createProxyDhcp({ serverAddress, ...settings<{ boot: BootFunction }>(call) });
	const answer = await proxy.respond(request, received);
	return answer.reply ? bootPart(decodeDhcp(answer.bytes)) : 'silent';
}

/** What a client of a DHCP server gets besides. Which address of the pool it is, is the server's own affair. */
function addressPart({ yiaddr, options }: DhcpPacket): Record<string, string> {
	const inPool = /^192\.168\.77\.1([0-4]\d|50)$/.test(yiaddr) ? 'of the pool' : yiaddr;
	const bytes = [1, 51].map((code) => [`option ${code}`, options.bytes(code)?.join('.') ?? '-']);
	return { address: inPool, ...Object.fromEntries(bytes) };
}

/** Where our answer differs from dnsmasq's, as `NAME: theirs | ours`. */
async function differences(row: DnsmasqRow, { question, replyHex }: RecordedAnswer): Promise<string[]> {
	const ours = await ourAnswer(row, question);
	const reply = replyHex === null ? undefined : decodeDhcp(parseHex(replyHex));
	const theirs = reply ? { ...(row.section === fullDhcp && addressPart(reply)), ...bootPart(reply) } : 'silent';
	if (typeof ours === 'string' || typeof theirs === 'string') return ours === theirs ? [] : ['one is silent'];
	const names = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
	return names
		.filter((name) => theirs[name] !== ours[name])
		.map((n) => `${n}: ${theirs[n] ?? '-'} | ${ours[n] ?? '-'}`);
}
/** Every difference, and why it is one. */
const explained: readonly { question: QuestionName; lines: RegExp; difference: RegExp; why: string }[] = [
	{
		question: 'BIOS iPXE, DISCOVER',
		lines: /./,
		difference: /^siaddr: 0\.0\.0\.0 \| 192\.168\.77\.2$/,
		why: 'dnsmasq leaves it 0 unless told; beside a file iPXE then asks for ever',
	},
	{
		question: 'UEFI, DISCOVER',
		lines: /^dhcp-boot/m,
		difference: /^(file: \S+ \| |siaddr: 192\.168\.77\.9 \| 192\.168\.77\.2)$/,
		why: 'ours leads to port 4011 always, as dnsmasq with pxe-service does, and names the file there',
	},
	{
		question: 'BIOS iPXE, DISCOVER',
		lines: /^dhcp-boot/m,
		difference: /^option 43\.10: 0\.80\.88\.69 \| -$/,
		why: 'the prompt that dnsmasq was given, for want of a pxe-service; nobody shows it beside a file',
	},
	{
		question: 'UEFI, port 4011',
		lines: /^dhcp-boot/m,
		difference: /^(option 43\.6: 8|option 43\.10: 0\.80\.88\.69) \| -$/,
		why: 'the same; without option 43 UEFI takes the file too',
	},
	{
		question: 'UEFI iPXE, DISCOVER',
		lines: /^dhcp-boot/m,
		difference: /^option 43\.6: - \| 8$/,
		why: 'ours says: take the file, do not ask port 4011',
	},
	{
		question: 'UEFI iPXE, DISCOVER',
		lines: /^pxe-service/m,
		difference: /^option 43\.(6|8|9|10): - \| /,
		why: 'iPXE reads menus in the OFFER, so it has it there and need not ask port 4011',
	},
	...(['BIOS iPXE, DISCOVER', 'UEFI, port 4011', 'UEFI iPXE, DISCOVER'] as const).map((question) => ({
		question,
		lines: /^dhcp-boot=lpxelinux\.0\ndhcp-option-force=209/,
		difference: /^option 2(09|10): - \| \S+$/,
		why: 'dnsmasq as a proxy sends no dhcp-option lines',
	})),
	...(['BIOS iPXE, DISCOVER', 'UEFI, DISCOVER', 'UEFI iPXE, DISCOVER'] as const).map((question) => ({
		question,
		lines: /^dhcp-range/,
		difference: /^siaddr: 192\.168\.77\.2 \| 0\.0\.0\.0$/,
		why: 'ours names no next server where there is nothing to boot',
	})),
];

describe.each(rows)('$section: $lines', (row) => {
	const answers = recorded.filter(({ section, lines }) => section === row.section && lines.join() === row.lines.join());

	test('dnsmasq was asked', () => {
		expect(answers.map(({ question }) => question)).toEqual(questionsFor(row.section, row.lines));
		expect(answers.some(({ replyHex }) => replyHex !== null)).toBe(true);
	});

	test.each(answers)('$question', async (answer) => {
		const unexplained = (await differences(row, answer)).filter(
			(found) =>
				!explained.some(
					({ question, lines, difference }) =>
						question === answer.question && lines.test(row.lines.join('\n')) && difference.test(found),
				),
		);
		expect(unexplained).toEqual([]);
	});
});

test('each explanation is needed', async () => {
	const found = await Promise.all(
		recorded.map(async (answer) => {
			const row = rows.find(({ section, lines }) => section === answer.section && lines.join() === answer.lines.join());
			return (await differences(row as DnsmasqRow, answer)).map((text) => ({ answer, text }));
		}),
	);
	const needless = explained.filter(
		({ question, lines, difference }) =>
			!found
				.flat()
				.some(
					({ answer, text }) =>
						question === answer.question && lines.test(answer.lines.join('\n')) && difference.test(text),
				),
	);
	expect(needless).toEqual([]);
});

const wordsOfTheGuide = [
	...['dhcp-boot', 'dhcp-match', 'pxe-service', 'pxe-prompt', 'dhcp-option-force', 'dhcp-range', 'dhcp-vendorclass'],
	...['enable-tftp', 'tftp-root'],
];

test('the page has a row for every word of a network-boot configuration', () => {
	const words = new Set(dnsmasqRows().flatMap(({ lines }) => lines.map((line) => line.replace(/=.*/, ''))));
	expect(wordsOfTheGuide.filter((word) => !words.has(word))).toEqual([]);
});

describe('Lines for servers', () => {
	const [tftpRow, proxyRow, sameHostRow, ...more] = dnsmasqRows().filter(
		({ section }) => section === 'Lines for servers',
	) as [DnsmasqRow, DnsmasqRow, DnsmasqRow];

	test('are these', () => {
		expect([tftpRow.lines, proxyRow.lines, sameHostRow.lines, ...more]).toEqual([
			['enable-tftp', 'tftp-root=/srv/tftp'],
			['dhcp-range=192.168.77.0,proxy', 'listen-address=192.168.77.2'],
			['dhcp-option-force=60,PXEClient'],
		]);
	});

	/** Runs a row's call with other arguments of the machine: a folder, addresses and ports of a test. */
	const call = <Result>({ call }: DnsmasqRow, given: Readonly<Record<string, unknown>>): Result =>
		new Function(...Object.keys(given), `return ${call}`)(...Object.values(given)) as Result;

	test('enable-tftp and tftp-root: files of that folder, and no others', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'pxekit-dnsmasq-'));
		onTestFinished(() => rmSync(folder, { recursive: true }));
		mkdirSync(join(folder, 'root'));
		writeFileSync(join(folder, 'root', 'pxelinux.0'), 'a boot loader');
		writeFileSync(join(folder, 'secret'), 'no');
		const asked: string[] = [];
		await using server = await call<Promise<TftpServer>>(tftpRow, {
			directorySource(path: string) {
				asked.push(path);
				return directorySource(join(folder, 'root'));
			},
			serveTftp: (options: TftpServerOptions) => serveTftp({ ...options, address: '127.0.0.1', port: 0 }),
		});
		expect(asked).toEqual(['/srv/tftp']);
		const url = `tftp://127.0.0.1:${server.addresses[0]?.port}`;
		expect(new TextDecoder().decode(await tftpGet(`${url}/pxelinux.0`))).toBe('a boot loader');
		await expect(tftpGet({ ...endpoint(server), filename: '../secret' })).rejects.toThrow();
	});

	const endpoint = (server: TftpServer) => server.addresses[0] as { address: string; port: number };

	/** The settings that a row gives to serveProxyDhcp, and where a server with them listens. */
	async function started(row: DnsmasqRow) {
		let settings: ServeProxyDhcpOptions | undefined;
		await using server = await call<Promise<ProxyDhcpServer>>(row, {
			boot: () => undefined,
			serveProxyDhcp(options: ServeProxyDhcpOptions) {
				settings = options;
				const dhcpPort = options.dhcpPort === false ? false : 0;
				return serveProxyDhcp({ ...options, addresses: ['127.0.0.1'], dhcpPort, pxePort: 0 });
			},
		});
		return { settings, purposes: server.listening.map(({ purpose }) => purpose) };
	}

	test('dhcp-range=...,proxy: both ports, on the address named', async () => {
		const { settings, purposes } = await started(proxyRow);
		expect(settings?.addresses).toEqual(['192.168.77.2']);
		expect(purposes.toSorted()).toEqual(['broadcast', 'dhcp', 'pxe']);
	});

	test('dhcp-option-force=60,PXEClient: port 67 stays with that dnsmasq', async () => {
		expect((await started(sameHostRow)).purposes).toEqual(['pxe']);
	});
});
