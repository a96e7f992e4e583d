import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import {
	type BootSession,
	createFrameDecoder,
	diagnose,
	type Finding,
	followBoots,
	formatFindings,
	formatTimeline,
	readCaptureStream,
} from '../../capture/index.ts';
import { type Command, UsageError } from './command.ts';
import { fileFault } from './file-fault.ts';
import { sessionToJson } from './session-json.ts';

export const explain: Command = {
	name: 'explain',
	usage: 'FILE [--json] [--client MAC|UUID]',
	summary:
		'What each machine in a capture did, and what went wrong. `-` reads from standard input. Exit code 1: errors found.',
	async run(args, write) {
		const { file, json, client } = parse(args);
		const all = await sessionsOf(file);
		const sessions =
			client === undefined ? all : all.filter(({ client: { mac, uuid } }) => mac === client || uuid === client);
		if (client !== undefined && sessions.length === 0) {
			const known = all.map((session) => session.client.mac).join(', ') || 'nobody';
			throw new UsageError(`${client} does not boot in ${file}; who does: ${known}`);
		}
		const rows = sessions.map((session) => ({ session, findings: diagnose(session) }));
		if (json) {
			const list = rows.map(({ session, findings }) => ({ ...sessionToJson(session), findings }));
			write(`${JSON.stringify({ file, sessions: list }, undefined, '\t')}\n`);
		} else if (rows.length === 0) write('No machine boots in this capture.\n');
		else write(rows.map(({ session, findings }) => `${textOf(session, findings)}\n`).join('\n'));
		return rows.some(({ findings }) => findings.some(({ severity }) => severity === 'error')) ? 1 : 0;
	},
};

function parse(args: readonly string[]): { file: string; json: boolean; client: string | undefined } {
	const { values, positionals } = parseArgs({
		args: [...args],
		allowPositionals: true,
		options: { json: { type: 'boolean', default: false }, client: { type: 'string' } },
	});
	const [file] = positionals;
	if (file === undefined || positionals.length !== 1)
		throw new UsageError('say which capture: npx pxekit explain FILE');
	// A MAC is written with colons or dashes, a UUID with dashes.
	const client = values.client?.toLowerCase();
	const isMac = client !== undefined && /^[0-9a-f]{2}([:-][0-9a-f]{2})+$/.test(client);
	return { file, json: values.json, client: isMac ? client.replaceAll('-', ':') : client };
}

async function sessionsOf(file: string): Promise<BootSession[]> {
	const stream = readCaptureStream(file === '-' ? process.stdin : createReadStream(file));
	const decoder = createFrameDecoder();
	const follower = followBoots();
	try {
		for await (const frame of stream.frames) follower.push(decoder.decode(frame));
	} catch (error) {
		throw fileFault(file, error);
	}
	return follower.end({ truncated: stream.summary()?.truncated });
}

function textOf(session: BootSession, findings: readonly Finding[]): string {
	return `${formatTimeline(session)}\n\n${formatFindings(findings)}`;
}
