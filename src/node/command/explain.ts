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
import { isClient } from '../../capture/testing/is-client.ts';
import { type Command, UsageError } from './command.ts';
import { fileFault } from './file-fault.ts';
import { notesOf, type ReadNotes } from './read-notes.ts';
import { sessionToJson } from './session-json.ts';

export const explain: Command = {
	name: 'explain',
	usage: 'FILE [--json] [--client MAC|UUID] [--tftp-port NUMBER]',
	summary:
		'What each machine in a capture did, and what went wrong. `-` reads from standard input. Exit code 1: errors found; 2: not all of the file can be read.',
	async run(args, write) {
		const { file, json, client, tftpPorts } = parse(args);
		const { sessions: all, ...rest } = await read(file, tftpPorts);
		const notes = notesOf(rest);
		const sessions = client === undefined ? all : all.filter((session) => isClient(session, client));
		if (client !== undefined && sessions.length === 0) {
			const known = all.map((session) => session.client.mac).join(', ') || 'nobody';
			throw new UsageError(`${client} does not boot in ${nameOf(file)}; who does: ${known}`);
		}
		const rows = sessions.map((session) => ({ session, findings: diagnose(session) }));
		if (json) {
			const list = rows.map(({ session, findings }) => ({ ...sessionToJson(session), findings }));
			write(`${JSON.stringify({ file, frames: rest.frames, notes, sessions: list }, undefined, '\t')}\n`);
		} else {
			const count = rest.frames === 0 ? 'it has no frames' : `${rest.frames} frames were looked at`;
			const end = rest.truncated ? ', and the file ends inside one' : '';
			const texts = rows.map(({ session, findings }) => textOf(session, findings));
			if (rows.length === 0) texts.push(`No machine boots in this capture: ${count}${end}.`);
			if (rows.length > 1) texts.push(sumOf(rows));
			if (notes.length > 0) texts.unshift(notes.map((note) => `${nameOf(file)}: ${note}`).join('\n'));
			write(`${texts.join('\n\n')}\n`);
		}
		if (rows.some(hasErrors)) return 1;
		const isUnread = rest.issues.length > 0 || (rows.length === 0 && rest.unreadLinks.size > 0);
		return isUnread ? 2 : 0;
	},
};

interface Row {
	readonly session: BootSession;
	readonly findings: readonly Finding[];
}

const hasErrors = ({ findings }: Row): boolean => findings.some(({ severity }) => severity === 'error');

/** For the foot of a long list. */
function sumOf(rows: readonly Row[]): string {
	const broken = rows.filter(hasErrors).map(({ session: { client } }) => client.mac || 'one without hardware address');
	return `${rows.length} machines; ${broken.length === 0 ? 'errors with none' : `errors with ${broken.join(', ')}`}.`;
}

interface Wanted {
	readonly file: string;
	readonly json: boolean;
	readonly client: string | undefined;
	readonly tftpPorts: readonly number[] | undefined;
}

function parse(args: readonly string[]): Wanted {
	const { values, positionals } = parseArgs({
		args: [...args],
		allowPositionals: true,
		options: {
			json: { type: 'boolean', default: false },
			client: { type: 'string' },
			'tftp-port': { type: 'string', multiple: true },
		},
	});
	const [file, second] = positionals;
	if (file === undefined) throw new UsageError('say which capture: npx pxekit explain FILE');
	if (second !== undefined) {
		throw new UsageError(`one capture at a time, and here are ${positionals.length}; mergecap makes one of several`);
	}
	return { file, json: values.json, client: values.client, tftpPorts: values['tftp-port']?.map(portNumber) };
}

function portNumber(text: string): number {
	const port = Number(text);
	if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
	throw new UsageError(`--tftp-port ${text}: a port is a number from 1 to 65535`);
}

async function read(
	file: string,
	tftpPorts: Wanted['tftpPorts'],
): Promise<ReadNotes & { readonly sessions: readonly BootSession[] }> {
	const stream = readCaptureStream(file === '-' ? process.stdin : createReadStream(file));
	const decoder = createFrameDecoder();
	const follower = followBoots({ tftpPorts });
	const unreadLinks = new Map<number, number>();
	let frames = 0;
	try {
		for await (const frame of stream.frames) {
			const decoded = decoder.decode(frame);
			frames++;
			if (decoded.issues.some(({ code }) => code === 'link-type')) {
				unreadLinks.set(frame.linkType, (unreadLinks.get(frame.linkType) ?? 0) + 1);
			}
			follower.push(decoded);
		}
	} catch (error) {
		throw fileFault(nameOf(file), error);
	}
	const { issues = [], truncated = false } = stream.summary() ?? {};
	return { sessions: follower.end({ truncated }), truncated, frames, issues, unreadLinks };
}

const nameOf = (file: string): string => (file === '-' ? 'standard input' : file);

function textOf(session: BootSession, findings: readonly Finding[]): string {
	return `${formatTimeline(session)}\n\n${formatFindings(findings)}`;
}
