import { formatLun } from '../san/lun.ts';
import { Secret } from '../san/secret.ts';
import { DecodeError, EncodeError } from '../wire/errors.ts';
import { parseHex } from '../wire/hex.ts';
import type { Issue } from '../wire/issue.ts';
import { parseMac } from '../wire/mac.ts';
import {
	chapTypeNames,
	type IbftField,
	type IbftFieldType,
	type IbftStructureKind,
	ibftStructures,
	originNames,
} from './fields.ts';
import { formatIp, isAbsent, parseIp } from './ip.ts';
import type { IbftInit, IbftInitiatorInit, IbftNicInit, IbftTargetInit } from './model.ts';
import { isIbftSignature } from './signature.ts';

/** What {@link fromSysfs} made of the files. */
export interface SysfsIbft {
	/** Ready for {@link encodeIbft}. PCI addresses are not in sysfs's files and so not here. */
	readonly ibft: IbftInit;
	/** `ambiguous-lun`: Linux drops leading zeros, so several LUNs look alike; `unknown-file`. */
	readonly issues: readonly Issue[];
}

/**
 * The table behind the files of `/sys/firmware/ibft`: the reverse of {@link ibftSysfs}.
 *
 * @param files path below `/sys/firmware/ibft` and content, with or without its newline
 * @throws a {@link DecodeError} `bad-file` for content that the kernel would not have written
 * @example
 * ```ts
 * import { fromSysfs } from 'pxekit/ibft';
 *
 * const { ibft } = fromSysfs({
 *   'target0/index': '0\n', 'target0/flags': '3\n', 'target0/ip-addr': '10.0.0.1\n', 'target0/lun': '01000000\n',
 * });
 * ibft.targets?.[0]?.lun; // => '1'
 * ```
 */
export function fromSysfs(files: Readonly<Record<string, string>>): SysfsIbft {
	const issues: Issue[] = [];
	const folders = new Map<string, { kind: IbftStructureKind; value: Record<string, unknown> }>();
	const header: Record<string, string> = {};
	for (const [path, content] of Object.entries(files)) {
		const text = content.replace(/\n$/, '');
		const [folder = '', file = ''] = path.split('/');
		if (folder === 'acpi_header') header[file] = text;
		else readFile(folders, issues, path, folder, file, text);
	}
	const ofKind = (kind: IbftStructureKind) =>
		[...folders.values()]
			.filter((folder) => folder.kind === kind)
			.map(({ value }) => value)
			.sort((a, b) => Number(a.index ?? 0) - Number(b.index ?? 0));
	const [initiator] = ofKind('initiator');
	const { signature } = header;
	if (signature !== undefined && !isIbftSignature(signature)) throw badFile('acpi_header/signature', signature);
	return {
		ibft: {
			...(signature !== undefined && { signature }),
			...(header.oem_id !== undefined && { oemId: header.oem_id }),
			...(header.oem_table_id !== undefined && { oemTableId: header.oem_table_id }),
			...(initiator && { initiator: initiator as IbftInitiatorInit }),
			nics: ofKind('nic') as unknown as IbftNicInit[],
			targets: ofKind('target') as IbftTargetInit[],
		},
		issues,
	};
}

const folderForms: readonly (readonly [RegExp, IbftStructureKind])[] = [
	[/^initiator$/, 'initiator'],
	[/^ethernet\d+$/, 'nic'],
	[/^target\d+$/, 'target'],
];

function readFile(
	folders: Map<string, { kind: IbftStructureKind; value: Record<string, unknown> }>,
	issues: Issue[],
	path: string,
	folder: string,
	file: string,
	text: string,
): void {
	const kind = folderForms.find(([form]) => form.test(folder))?.[1];
	if (!kind) {
		issues.push({ code: 'unknown-file', message: `no table has ${path}`, path });
		return;
	}
	let entry = folders.get(folder);
	if (!entry) {
		entry = { kind, value: {} };
		folders.set(folder, entry);
	}
	if (file === 'index' || file === 'flags') entry.value[file] = byteOf(text, path);
	else if (file !== 'subnet-mask') {
		const field = (ibftStructures[kind].fields as readonly IbftField[]).find(({ sysfs }) => sysfs === file);
		if (!field) issues.push({ code: 'unknown-file', message: `no table has ${path}`, path });
		else {
			const value = readers[field.type](text, path, issues);
			if (value !== undefined) entry.value[field.name] = value;
		}
	}
}

function badFile(path: string, text: string): DecodeError {
	return new DecodeError('bad-file', `${path} can't hold ${JSON.stringify(text.slice(0, 60))}`, { path });
}

function numberOf(text: string, most: number, path: string): number {
	if (!/^\d{1,5}$/.test(text) || Number(text) > most) throw badFile(path, text);
	return Number(text);
}

function byteOf(text: string, path: string): number {
	return numberOf(text, 0xff, path);
}

const readers: Record<IbftFieldType, (text: string, path: string, issues: Issue[]) => unknown> = {
	u8: byteOf,
	u16: (text, path) => numberOf(text, 0xffff, path),
	ip: (text, path) =>
		refusing(path, text, () => {
			const address = parseIp(text);
			return isAbsent(address) ? undefined : formatIp(address);
		}),
	mac: (text, path) =>
		refusing(path, text, () => {
			parseMac(text);
			return text;
		}),
	lun: readLun,
	pci: (text) => text,
	origin: (text, path) => originNames.get(byteOf(text, path)) ?? byteOf(text, path),
	chapType: (text, path) => chapTypeNames.get(byteOf(text, path)) ?? byteOf(text, path),
	text: (text) => (text === '' ? undefined : text),
	secret: (text) => (text === '' ? undefined : new Secret(text)),
};

function refusing<T>(path: string, text: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (error instanceof EncodeError) throw badFile(path, text);
		throw error;
	}
}

/** Every byte is one digit (below 16) or two: finds all ways to read the digits as eight bytes. */
function readLun(text: string, path: string, issues: Issue[]): string | undefined {
	if (!/^[0-9a-f]{8,16}$/.test(text)) throw badFile(path, text);
	const readings = splitBytes(text, 8);
	if (readings.length === 0) throw badFile(path, text);
	const luns = readings.map((bytes) => formatLun(parseHex(bytes.map((byte) => byte.padStart(2, '0')).join(''))));
	const plain = luns.filter((lun) => !lun.includes('-'));
	if (luns.length === 1 || plain.length === 1) {
		if (luns.length > 1) issues.push(ambiguous(path, text, luns, `; taken for ${plain[0]}`));
		return plain[0] ?? luns[0];
	}
	issues.push(ambiguous(path, text, luns, ''));
	return undefined;
}

function ambiguous(path: string, text: string, luns: readonly string[], verdict: string): Issue {
	const some = luns.slice(0, 4).join(', ');
	const message = `${text} stands for ${luns.length} LUNs (${some}${luns.length > 4 ? '…' : ''})${verdict}`;
	return { code: 'ambiguous-lun', message, path };
}

function splitBytes(digits: string, count: number): string[][] {
	if (digits.length < count || digits.length > 2 * count) return [];
	if (count === 0) return [[]];
	const rest = (used: number) =>
		splitBytes(digits.slice(used), count - 1).map((tail) => [digits.slice(0, used), ...tail]);
	return digits[0] === '0' ? rest(1) : [...rest(1), ...rest(2)];
}

/**
 * How many LUNs Linux shows with this text.
 *
 * @internal
 */
export function lunReadings(text: string): number {
	return splitBytes(text, 8).length;
}
