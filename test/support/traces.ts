/** What an identifier looks like on the wire: all forms in which it would give itself away. */
export interface Trace {
	readonly name: string;
	/** Bytes, as latin-1 text. */
	readonly forms: readonly RegExp[];
}

/** A row of fixtures/captures/identifiers.tshark.jsonl. */
export interface CaptureIdentifiers {
	readonly capture: string;
	readonly macs: readonly string[];
	readonly ipv4: readonly string[];
	readonly ipv6: readonly string[];
	readonly uuids: readonly string[];
	readonly names: readonly string[];
}

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const exactly = (bytes: readonly number[]) =>
	new RegExp(bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''));
const hexBytes = (text: string) => (text.match(/[0-9a-f]{2}/gi) ?? []).map((pair) => Number.parseInt(pair, 16));

export function macTraces(mac: string): Trace {
	const pairs = mac.split(':');
	const texts = [pairs.join(':'), pairs.join('-'), pairs.join(''), pairs.join('%3a')];
	return { name: mac, forms: [exactly(hexBytes(mac)), ...texts.map((text) => new RegExp(text, 'i'))] };
}

export function ipv4Traces(address: string): Trace {
	const bytes = address.split('.').map(Number);
	const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
	const dotted = new RegExp(`(?<![\\d.])${literal(address)}(?!\\.?\\d)`);
	return { name: address, forms: [exactly(bytes), dotted, new RegExp(`(?<![0-9a-f])${hex}(?![0-9a-f])`, 'i')] };
}

/** `::` written out by hand, not by this package's own reader. */
export function ipv6Traces(address: string): Trace {
	const [head = '', tail = ''] = address.split('::');
	const [before, after] = [head, tail].map((part) => (part === '' ? [] : part.split(':'))) as [string[], string[]];
	const groups = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
	const bytes = groups.flatMap((group) => hexBytes(group.padStart(4, '0')));
	return { name: address, forms: [exactly(bytes), new RegExp(`(?<![0-9a-f:])${literal(address)}(?![0-9a-f:])`, 'i')] };
}

export function uuidTraces(uuid: string): Trace {
	const bytes = hexBytes(uuid);
	const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
	const swapped = order.map((i) => bytes[i] as number);
	const bare = uuid.replaceAll('-', '');
	return { name: uuid, forms: [exactly(bytes), exactly(swapped), new RegExp(uuid, 'i'), new RegExp(bare, 'i')] };
}

export function wordTraces(word: string): Trace {
	return { name: word, forms: [new RegExp(literal(word), 'i')] };
}

/** Those that tell of a machine: groups, broadcasts and what is nobody's are left out. */
export function tracesOf(row: CaptureIdentifiers): Trace[] {
	return [
		...row.macs.filter((mac) => !/^(?:00:){5}00$|^ff:|^33:33:00/.test(mac)).map(macTraces),
		...row.ipv4.filter((address) => !/^0\.|^255\.|\.255$|^2[23]\d\./.test(address)).map(ipv4Traces),
		...row.ipv6.filter((address) => !/^::$|^ff02::[0-9a-f]+$|::$/.test(address)).map(ipv6Traces),
		...row.uuids.filter((uuid) => !/^[0-]+$/.test(uuid)).map(uuidTraces),
	];
}

/** Which of them are in the bytes, and where. */
export function found(traces: readonly Trace[], bytes: Uint8Array): string[] {
	const text = Buffer.from(bytes).toString('latin1');
	return traces.flatMap(({ name, forms }) => forms.flatMap((form) => (form.test(text) ? [`${name} as ${form}`] : [])));
}
