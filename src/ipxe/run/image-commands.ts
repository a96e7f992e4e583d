import { magicOf } from '../parse.ts';
import { binaryBytes, fromBinary } from './binary.ts';
import { executeImage, isGpxe, register, unregister } from './execute.ts';
import { fetchUri } from './fetch.ts';
import {
	type Call,
	Ended,
	type Handler,
	type Image,
	lineOf,
	type Machine,
	numberOption,
	print,
	textOption,
} from './machine.ts';
import { status, statusText } from './status.ts';
import { parseUri, redactedUri, resolveUri, uriBasename } from './uri.ts';

/** `imgsingle_exec` of `src/hci/commands/image_cmd.c`: what all commands about one image share. */
function onImage(
	acquire: (call: Call, nameOrUri: string) => Promise<Image | number>,
	action?: (call: Call, image: Image) => number | Promise<number>,
	verb = '',
	before?: (image: Image) => void,
): Handler {
	return async (call) => {
		const { machine } = call;
		const [nameOrUri, ...rest] = call.arguments;
		let image: Image;
		if (nameOrUri !== undefined) {
			const acquired = await acquire(call, nameOrUri);
			if (typeof acquired === 'number') return acquired;
			image = acquired;
		} else if (machine.selected) image = machine.selected;
		else {
			print(machine, 'No image selected\n');
			return 0;
		}
		before?.(image);
		const name = textOption(call, 'name');
		if (name !== undefined) image.name = name;
		if (rest.length > 0) image.commandLine = rest.join(' ');
		if (call.options.autofree === true) image.autofree = true;
		if (!action) return 0;
		const result = await action(call, image);
		if (result !== 0) print(machine, `Could not ${verb}: ${statusText(result)}\n`);
		return result;
	};
}

/** Downloads and registers (`imgdownload_string`). */
export async function download(call: Call, uriText: string): Promise<Image | number> {
	const { machine } = call;
	const uri = resolveUri(machine.cwuri, parseUri(uriText, machine.uriRules));
	const quiet = call.options.quiet === true;
	const shown = redactedUri(uriText);
	const fetched = await fetchUri(call, uri, numberOption(call, 'timeout'));
	if (!quiet) print(machine, `${shown}... ${fetched.status === 0 ? 'ok' : statusText(fetched.status)}\n`);
	if (fetched.status !== 0) return fetched.status;
	const image: Image = {
		name: uriBasename(fetched.uri),
		uri: fetched.uri,
		body: fetched.body,
		kind: kindOf(call, fetched.body, fetched.kind, shown),
		commandLine: '',
		autofree: false,
		registered: true,
		replacement: undefined,
	};
	register(machine, image);
	return image;
}

/** Takes a registered image of that name, or downloads (`imgacquire`). */
export async function acquire(call: Call, nameOrUri: string): Promise<Image | number> {
	const { machine } = call;
	const image = machine.images.find((each) => each.name === nameOrUri);
	if (image) return image;
	if (call.command.name === 'imgload' && machine.current && isGpxe(machine, machine.current.image.body ?? '')) {
		print(machine, `No such image: ${nameOrUri}\n`);
		return status('ENOENT', 'image');
	}
	return download(call, nameOrUri);
}

/** Told from the first bytes, as iPXE does; from the answer's own word when there are none. */
function kindOf(call: Call, body: string | undefined, given: Image['kind'] | undefined, shown: string): Image['kind'] {
	if (given !== undefined) return given === 'script' && body === undefined ? 'other' : given;
	if (body === undefined) {
		if (['kernel', 'chain', 'boot', 'imgexec', 'imgselect', 'imgload'].includes(call.command.name)) {
			const message = `${fromBinary(shown)} is taken for something that can be booted`;
			call.machine.events.push({ kind: 'assumed', message, line: lineOf(call.machine) });
		}
		return 'executable';
	}
	if (magicOf(body) !== 'none') return 'script';
	const { platform = 'pcbios' } = call.machine.host;
	if (platform === 'efi') return body.startsWith('MZ') ? 'executable' : 'other';
	if (platform === 'linux') return 'other';
	if (body.startsWith('\x7fELF') || body.slice(0x202, 0x206) === 'HdrS') return 'executable';
	const otherFormats = ['\x89PNG', '\x1f\x8b', '-----BEGIN', 'P5', 'P6', '\x30\x82'];
	if (otherFormats.some((magic) => body.startsWith(magic))) return 'other';
	// A boot ROM's own format has no magic: whatever fits below 640 kB is one.
	return body.length > 0 && body.length <= 0xa_0000 - 0x7c00 ? 'executable' : 'other';
}

function select(call: Call, image: Image): number {
	if (image.kind === 'other') return status('ENOEXEC', 'image');
	call.machine.selected = image;
	return 0;
}

function execute(call: Call, image: Image): number | Promise<number> {
	const { machine } = call;
	if (call.options.replace !== true) return executeImage(machine, image);
	if (!machine.current) return status('ENOTTY', 'image');
	if (image.kind === 'other') return status('ENOEXEC', 'image');
	machine.current.image.replacement = image;
	machine.stop = 'script';
	return 0;
}

function forImages(action: (machine: Machine, image: Image) => number | Promise<number>): Handler {
	return async ({ machine, arguments: names }) => {
		for (const name of names) {
			const image = machine.images.find((each) => each.name === name);
			if (!image) {
				print(machine, `"${name}": no such image\n`);
				return status('ENOENT', 'image');
			}
			const result = await action(machine, image);
			if (result !== 0) return result;
		}
		return 0;
	};
}

function showImage(machine: Machine, image: Image): number {
	const size = image.body === undefined ? 'unknown size' : `${image.body.length} bytes`;
	const flags = machine.selected === image ? ' [SELECTED]' : '';
	const commandLine = image.commandLine === '' ? '' : ` "${image.commandLine}"`;
	print(machine, `${image.name} : ${size}${flags}${commandLine}\n`);
	return 0;
}

const imgstat: Handler = (call) => {
	if (call.arguments.length > 0) return forImages(showImage)(call);
	for (const image of call.machine.images) showImage(call.machine, image);
	return 0;
};

const imgfree: Handler = (call) => {
	const free = (machine: Machine, image: Image) => {
		unregister(machine, image);
		return 0;
	};
	if (call.arguments.length > 0) return forImages(free)(call);
	for (const image of [...call.machine.images]) free(call.machine, image);
	return 0;
};

const digest: Handler = async (call) => {
	const { machine, command } = call;
	const algorithm = command.name.replace(/sum$/, '');
	const setting = textOption(call, 'set');
	for (const name of call.arguments) {
		const image = await acquire(call, name);
		if (typeof image === 'number') return image;
		const result = image.body === undefined ? undefined : machine.host.digest?.(algorithm, binaryBytes(image.body));
		if (result === undefined) {
			const message = `the ${algorithm} digest of ${fromBinary(image.name)} is not known`;
			machine.events.push({ kind: 'assumed', message, line: lineOf(machine) });
		} else if (setting === undefined) print(machine, `${result}  ${image.name}\n`);
		else machine.settings.set(setting.includes(':') ? setting : `${setting}:hexraw`, result);
	}
	return 0;
};

/** Two images, the second a signature or an envelope. */
const verify: Handler = async (call) => {
	const [subject = '', signature = ''] = call.arguments;
	const image = await acquire(call, subject);
	if (typeof image === 'number') return image;
	const proof = await acquire(call, signature);
	if (typeof proof === 'number') return proof;
	if (call.options.keep !== true) unregister(call.machine, proof);
	if (call.machine.host.trusted !== false) return 0;
	const result = status('EACCES', 'image');
	print(call.machine, `Could not verify: ${statusText(result)}\n`);
	return result;
};

const imgset: Handler = async (call) => {
	const [setting = '', uri = ''] = call.arguments;
	const image = await acquire(call, uri);
	if (typeof image === 'number') return image;
	if (call.options.keep !== true) unregister(call.machine, image);
	return call.machine.settings.set(setting, image.body ?? '');
};

const shim: Handler = async (call) => {
	if (call.machine.host.platform !== 'efi') return 0;
	const [uri] = call.arguments;
	const image = uri === undefined ? 0 : await acquire(call, uri);
	return typeof image === 'number' ? image : 0;
};

const fetchHandler = onImage(download);
const selectHandler = onImage(acquire, select, 'select');
const executeHandler = onImage(acquire, execute, 'boot');

export const imageHandlers: readonly (readonly [string, Handler])[] = [
	['imgfetch', fetchHandler],
	['module', fetchHandler],
	['initrd', fetchHandler],
	['imgselect', selectHandler],
	['imgload', selectHandler],
	['kernel', selectHandler],
	['imgexec', executeHandler],
	['chain', executeHandler],
	['boot', executeHandler],
	[
		'imgargs',
		onImage(acquire, undefined, '', (image) => {
			image.commandLine = '';
		}),
	],
	['imgstat', imgstat],
	['imgfree', imgfree],
	[
		'imgextract',
		async (call) =>
			((image) => (typeof image === 'number' ? image : 0))(await acquire(call, call.arguments[0] as string)),
	],
	['imgverify', verify],
	['imgdecrypt', verify],
	['imgtrust', () => 0],
	['imgset', imgset],
	['imgmem', () => 0],
	['shim', shim],
	['fdt', shim],
	...['md4', 'md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'].map((name) => [`${name}sum`, digest] as const),
	[
		'reboot',
		() => {
			throw new Ended({ kind: 'power', action: 'reboot' });
		},
	],
	[
		'poweroff',
		() => {
			throw new Ended({ kind: 'power', action: 'poweroff' });
		},
	],
];
