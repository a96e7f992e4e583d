import { fromBinary } from './binary.ts';
import { executeImage } from './execute.ts';
import { fetchUri } from './fetch.ts';
import { download } from './image-commands.ts';
import { type Call, Ended, type Handler, lineOf, numberOption, pass, print } from './machine.ts';
import { interfacesOf } from './network-commands.ts';
import { parseInteger } from './setting-values.ts';
import { status, statusText } from './status.ts';
import { parseUri, resolveUri } from './uri.ts';

const notBootable = status('EOPNOTSUPP', 'linux');

/** Status of opening one device (`src/core/sanboot.c`, `src/net/tcp/iscsi.c`). */
async function openDevice(call: Call, text: string): Promise<number> {
	const { machine } = call;
	const uri = resolveUri(machine.cwuri, parseUri(text, machine.uriRules));
	if (uri.scheme === 'http' || uri.scheme === 'https') {
		const retries = parseInteger(machine.settings.get('san-retries')) ?? 10;
		for (let attempt = 0; ; attempt++) {
			const { status: result } = await fetchUri(call, uri, undefined, 'HEAD');
			if (result === 0 || attempt >= retries) return result;
		}
	}
	if (uri.scheme === 'iscsi') {
		const problem = iscsiProblem(call, uri.opaque);
		if (problem !== 0) return problem;
	}
	const works = machine.host.san ? machine.host.san(fromBinary(text)) : interfacesOf(machine).length > 0;
	if (works) return 0;
	pass(machine, 10_000);
	return status('ETIMEDOUT', 'job');
}

function iscsiProblem(call: Call, opaque: string | undefined): number {
	if (opaque === undefined) return status('EINVAL', 'iscsi', 3);
	const rest = opaque.startsWith('[') ? opaque.replace(/^\[[^\]]*\]/, '') : opaque;
	const fields = rest.split(':');
	if (fields.length < 5) return status('EINVAL', 'iscsi', 3);
	if (!/^(?:[0-9a-f]{0,4}-){0,3}[0-9a-f]{0,4}$/i.test(fields[3] as string)) return status('EINVAL', 'iscsi', 4);
	const { settings } = call.machine;
	const named = ['initiator-iqn', 'hostname', 'uuid'].some((name) => settings.get(name) !== '');
	return named ? 0 : status('EINVAL', 'iscsi', 5);
}

function driveOf(call: Call): number {
	return numberOption(call, 'drive') ?? parseInteger(call.machine.settings.get('san-drive')) ?? 0x80;
}

const hexDrive = (drive: number): string => `0x${drive.toString(16).padStart(2, '0')}`;

/** Attaches; prints what iPXE prints. */
async function hook(call: Call, drive: number, uris: readonly string[]): Promise<number> {
	const { machine } = call;
	let result = 0;
	// Several paths to one device: any that works will do.
	for (const uri of uris) {
		result = await openDevice(call, uri);
		if (result === 0) break;
	}
	const shown = uris.map(fromBinary);
	const line = lineOf(machine);
	machine.events.push({ kind: 'san', action: 'hook', drive, uris: shown, ok: result === 0, line });
	if (result !== 0) {
		print(machine, `Could not open SAN device: ${statusText(result)}\n`);
		return result;
	}
	machine.drives.set(drive, shown);
	await readFirstBlocks(call, uris[0] as string);
	print(machine, `Registered SAN device ${hexDrive(drive)}\n`);
	return 0;
}

/** iPXE looks for a file system, and so reads, once the size is known. */
async function readFirstBlocks(call: Call, text: string): Promise<void> {
	const uri = resolveUri(call.machine.cwuri, parseUri(text, call.machine.uriRules));
	if (uri.scheme === 'http' || uri.scheme === 'https') await fetchUri(call, uri, undefined);
}

function unhook(call: Call, drive: number): void {
	const { machine } = call;
	const uris = machine.drives.get(drive) ?? [];
	machine.drives.delete(drive);
	machine.events.push({ kind: 'san', action: 'unhook', drive, uris, ok: true, line: lineOf(machine) });
	print(machine, `Unregistered SAN device ${hexDrive(drive)}\n`);
}

const sanhook: Handler = (call) => hook(call, driveOf(call), call.arguments);

const sanunhook: Handler = (call) => {
	unhook(call, driveOf(call));
	return 0;
};

const sanboot: Handler = (call) => {
	const keep = call.options.keep === true || Number(parseInteger(call.machine.settings.get('keep-san')) ?? 0) !== 0;
	return bootFrom(call, call.arguments, keep);
};

async function bootFrom(call: Call, uris: readonly string[], keep: boolean): Promise<number> {
	const { machine } = call;
	const drive = driveOf(call);
	if (uris.length > 0) {
		const result = await hook(call, drive, uris);
		if (result !== 0) return result;
	}
	const skip = Number(parseInteger(machine.settings.get('skip-san-boot')) ?? 0) !== 0;
	let result = 0;
	if (!skip) {
		print(machine, `Booting from SAN device ${hexDrive(drive)}\n`);
		const hooked = machine.drives.get(drive) ?? [];
		const ok = (machine.host.sanBoots ?? true) && machine.host.platform !== 'linux';
		machine.events.push({ kind: 'san', action: 'boot', drive, uris: hooked, ok, line: lineOf(machine) });
		// A drive that nobody attached is the machine's own disk.
		if (ok) throw new Ended({ kind: 'san', uris: hooked });
		result = notBootable;
		print(machine, `Boot from SAN device ${hexDrive(drive)} failed: ${statusText(result)}\n`);
	}
	if (uris.length > 0 && !keep && !skip) unhook(call, drive);
	return result;
}

/** What DHCP said to boot: first the file, then the SAN device (`src/usr/autoboot.c`). */
const autoboot: Handler = async (call) => {
	const { machine } = call;
	const filename = machine.settings.get('filename');
	const rootPath = machine.settings.get('root-path');
	if (filename !== '') {
		const hierarchical = /^[A-Za-z_-]+:\//.test(filename);
		const server = machine.settings.get('next-server');
		const image = await download(call, hierarchical ? filename : `tftp://${server}/${filename}`);
		return typeof image === 'number' ? image : executeImage(machine, image);
	}
	if (rootPath !== '') return bootFrom(call, [rootPath], false);
	print(machine, 'No more network devices\n');
	return status('ENOENT', 'ifmgmt');
};

export const sanHandlers: readonly (readonly [string, Handler])[] = [
	['sanboot', sanboot],
	['sanhook', sanhook],
	['sanunhook', sanunhook],
	['autoboot', autoboot],
];
