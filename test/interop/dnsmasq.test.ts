import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
	clientAddress,
	configuration,
	questions,
	questionsFor,
	type RecordedAnswer,
	sections,
} from '../docs/dnsmasq-questions.ts';
import { type DnsmasqRow, dnsmasqRows } from '../docs/dnsmasq-table.ts';
import { fixtureRows } from '../support/fixtures.ts';
import type { Question } from './lab/ask.ts';
import { startDnsmasq } from './lab/dhcp-server.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { type Host, inNamespace, ip } from './lab/network.ts';
import { ownProgram } from './lab/own-program.ts';
import { missing } from './lab/requirements.ts';

const lacks = missing('ip', 'setpriv', 'dnsmasq');
const fixture = new URL('../../fixtures/dhcp/dnsmasq-table.jsonl', import.meta.url);
const recording = process.env.PXEKIT_RECORD === 'dnsmasq';

const rows = dnsmasqRows().filter(({ section }) => section in sections);

/** The recorded answers of dnsmasq, which unit tests compare ours with, are what dnsmasq still says. */
describe.skipIf(lacks)(`dnsmasq with the lines of docs/dnsmasq.md${lacks ? ` (needs ${lacks})` : ''}`, () => {
	let lab: Lab;
	let server: Host;
	let client: Host;
	const recorded: RecordedAnswer[] = recording ? [] : fixtureRows<RecordedAnswer>('dhcp/dnsmasq-table.jsonl');

	beforeAll(async () => {
		lab = await openLab();
		server = await lab.network.addHost('dnsmasq', '192.168.77.2');
		client = await lab.network.addHost('client', clientAddress);
		await ip(client.namespace, `route add default dev ${client.interface}`);
	});
	afterAll(async () => {
		if (recording) writeFileSync(fixture, recorded.map((row) => `${JSON.stringify(row)}\n`).join(''));
		await lab?.[Symbol.asyncDispose]();
	});

	async function ask({ section, lines }: DnsmasqRow, index: number): Promise<RecordedAnswer[]> {
		const config = join(lab.folder, `row-${index}.conf`);
		const always = ['no-ping', 'enable-tftp', `tftp-root=${lab.folder}`];
		writeFileSync(config, [...always, ...configuration(section, lines), ''].join('\n'));
		await using _dnsmasq = await startDnsmasq(lab, server, `row-${index}`, [`--conf-file=${config}`]);
		const names = questionsFor(section, lines);
		const asked = names.map((name): Question => ({ ...questions[name], wait: 250 }));
		const output = await inNamespace(client.namespace, ...ownProgram('ask', asked));
		const answers = output.trim().split('\n');
		expect(answers).toHaveLength(names.length);
		return names.map((question, i) => {
			const replyHex = answers[i] === 'silent' ? null : (answers[i] as string);
			return { section, lines, question, replyHex };
		});
	}

	test.each(rows.map((row, index) => ({ ...row, index })))('$lines', async ({ index, ...row }) => {
		const answers = await ask(row, index);
		if (recording) recorded.push(...answers);
		else {
			const of = (list: readonly RecordedAnswer[]) =>
				Object.fromEntries(list.map(({ question, replyHex }) => [question, replyHex]));
			expect(of(answers)).toEqual(
				of(recorded.filter((one) => one.section === row.section && one.lines.join() === row.lines.join())),
			);
		}
	});
});
