import { type IpxeSettingInfo, type IpxeSettingType, ipxeSettings, ipxeSettingTypes } from '../settings-table.ts';
import { splitSettingName } from '../tree.ts';
import { formatSettingValue, integerBytes, parseInteger, parseSettingValue, signedInteger } from './setting-values.ts';
import { status } from './status.ts';

interface StoredValue {
	readonly bytes: string;
	readonly type?: IpxeSettingType | undefined;
}

interface Block {
	readonly name: string;
	readonly values: Map<string, StoredValue>;
	/** In order of priority. */
	children: Block[];
	/** Values that iPXE works out when asked: `errno`, `cwuri`. */
	readonly computed?: ((name: string) => string | undefined) | undefined;
}

/** The tree of settings of one machine. */
export interface SettingStore {
	/** The value of `block/name:type` as text; empty when there is none. */
	readonly get: (name: string) => string;
	/** Stores a text; empty deletes. Returns a status, 0 for success. */
	readonly set: (name: string, text: string) => number;
	/** Stores bytes under a name with or without a type. */
	readonly setBytes: (name: string, bytes: string) => void;
	readonly clear: (name: string) => number;
	readonly increment: (name: string, by: number) => number;
	/** The type that a value has, or `undefined` when it does not exist. */
	readonly typeOf: (name: string) => IpxeSettingType | undefined;
	/** Sets what `netX` means. */
	readonly opened: (interfaceName: string) => void;
}

/** Predefined settings by key; those of one scope only count when no other has the name. */
const predefined: ReadonlyMap<string, IpxeSettingInfo> = (() => {
	const map = new Map<string, IpxeSettingInfo>();
	const generalLast = [...ipxeSettings].sort((a, b) => rank(a) - rank(b));
	for (const setting of generalLast) {
		map.set(setting.name, setting);
		const tag = setting.tag === undefined ? undefined : tagKey(setting.tag);
		if (tag !== undefined) map.set(tag, setting);
	}
	return map;
})();

function rank(setting: IpxeSettingInfo): number {
	return setting.scope === 'dhcpv6' || setting.scope === 'ndp' ? 0 : 1;
}

/** `175.189`, `0xd2`, `0321` as one key; `undefined` for what is a name (`parse_setting_tag`). */
function tagKey(name: string): string | undefined {
	let tag = 0n;
	for (const part of name.split('.')) {
		const value = parseInteger(part);
		if (value === undefined || value < 0) return undefined;
		tag = BigInt.asUintN(64, (tag << 8n) | BigInt(Math.floor(value)));
	}
	return tag === 0n ? undefined : `#${tag}`;
}

const keys = new Map<string, string>();

/** A setting's name and its number denote the same setting. */
function keyOf(name: string): string {
	const known = keys.get(name);
	if (known !== undefined) return known;
	const setting = predefined.get(name);
	const key = (setting?.tag === undefined ? tagKey(name) : tagKey(setting.tag)) ?? name;
	if (keys.size < 10_000) keys.set(name, key);
	return key;
}

interface ParsedName {
	readonly block: string | undefined;
	readonly name: string;
	readonly key: string;
	/** `undefined` without a type, `null` for a type that does not exist. */
	readonly type: IpxeSettingType | undefined | null;
}

function parseName(text: string): ParsedName {
	const { block, name, type } = splitSettingName(text);
	const known =
		type === undefined ? undefined : Object.hasOwn(ipxeSettingTypes, type) ? (type as IpxeSettingType) : null;
	return { block, name, key: keyOf(name), type: known };
}

/** An empty tree with iPXE's own blocks. `computed` answers for `builtin`. */
export function createSettings(computed: (name: string) => string | undefined): SettingStore {
	const root: Block = { name: '', values: new Map(), children: [] };
	const builtin: Block = { name: 'builtin', values: new Map(), children: [], computed };
	let lastOpened = 'net0';

	const findBlock = (path: string, create: boolean): Block | undefined => {
		let block = root;
		for (const part of path === '' ? [] : path.split('.')) {
			const name = block === root && part === 'netX' ? lastOpened : part;
			let child = name === 'builtin' && block === root ? builtin : block.children.find((each) => each.name === name);
			if (!child) {
				if (!create) return undefined;
				child = { name, values: new Map(), children: [] };
				block.children.push(child);
				prioritise(block);
			}
			block = child;
		}
		return block;
	};
	const prioritise = (block: Block): void => {
		block.children = block.children
			.map((child, index) => ({ child, index, priority: priorityOf(child) }))
			.sort((a, b) => b.priority - a.priority || a.index - b.index)
			.map(({ child }) => child);
	};
	const parentOf = (block: Block, from: Block = root): Block | undefined =>
		from.children.includes(block)
			? from
			: from.children.map((child) => parentOf(block, child)).find((found) => found !== undefined);

	const findIn = (block: Block, key: string, name: string): StoredValue | undefined => {
		const own = block.values.get(key);
		if (own) return own;
		const made = block.computed?.(name);
		if (made !== undefined) return { bytes: made };
		for (const child of block.children) {
			const value = findIn(child, key, name);
			if (value) return value;
		}
		// iPXE registers its own values last, so all others come first.
		return block === root ? findIn(builtin, key, name) : undefined;
	};
	const find = (parsed: ParsedName): StoredValue | undefined => {
		const block = parsed.block === undefined ? root : findBlock(parsed.block, false);
		return block && findIn(block, parsed.key, parsed.name);
	};
	const typeFor = (parsed: ParsedName, value: StoredValue | undefined): IpxeSettingType =>
		parsed.type ?? predefined.get(parsed.key)?.type ?? value?.type ?? 'string';
	const store = (parsed: ParsedName, value: StoredValue): void => {
		const block = findBlock(parsed.block ?? '', true) as Block;
		if (value.bytes === '') block.values.delete(parsed.key);
		else block.values.set(parsed.key, value);
		if (parsed.key === priorityKey) {
			const parent = parentOf(block);
			if (parent) prioritise(parent);
		}
	};

	return {
		get: (text) => {
			const parsed = parseName(text);
			if (parsed.type === null || parsed.name === '') return '';
			const value = find(parsed);
			return value ? formatSettingValue(typeFor(parsed, value), value.bytes) : '';
		},
		set: (text, valueText) => {
			const parsed = parseName(text);
			if (parsed.type === null || parsed.name === '') return status('EINVAL', 'settings');
			const type = typeFor(parsed, undefined);
			if (valueText === '') {
				store(parsed, { bytes: '' });
				return 0;
			}
			const value = parseSettingValue(type, valueText);
			if ('status' in value) return value.status;
			store(parsed, { bytes: value.bytes, type });
			return 0;
		},
		setBytes: (text, bytes) => {
			const parsed = parseName(text);
			store(parsed, { bytes, type: parsed.type ?? undefined });
		},
		clear: (text) => {
			store(parseName(text), { bytes: '' });
			return 0;
		},
		increment: (text, by) => {
			const parsed = parseName(text);
			const value = find(parsed);
			const type = value || parsed.type || predefined.has(parsed.key) ? typeFor(parsed, value) : 'int32';
			const width = /^u?int(8|16|32)$/.exec(type);
			if (!width) return status('ENOTSUP', 'settings');
			if (value && value.bytes.length > 8) return status('ERANGE', 'settings');
			const before = Number(signedInteger(value?.bytes ?? ''));
			store(parsed, { bytes: integerBytes(before + by, Number(width[1]) / 8), type });
			return 0;
		},
		typeOf: (text) => {
			const parsed = parseName(text);
			const value = find(parsed);
			return value && typeFor(parsed, value);
		},
		opened: (interfaceName) => {
			lastOpened = interfaceName;
		},
	};
}

const priorityKey: string = keyOf('priority');

function priorityOf(block: Block): number {
	const value = block.values.get(priorityKey);
	return value && value.bytes.length <= 8 ? Number(signedInteger(value.bytes)) : 0;
}
