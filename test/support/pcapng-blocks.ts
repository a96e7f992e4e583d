/** Blocks of pcapng written out by the draft, in either byte order, for tests of the reader. */
export interface BlockMaker {
	section(options?: readonly Option[]): Uint8Array;
	interface(linkType: number, snapLength?: number, options?: readonly Option[]): Uint8Array;
	/** Enhanced Packet Block. */
	packet(at: PacketPlace, data: Uint8Array, options?: readonly Option[]): Uint8Array;
	/** The obsolete Packet Block. */
	oldPacket(at: PacketPlace, data: Uint8Array, options?: readonly Option[]): Uint8Array;
	simplePacket(original: number, data: Uint8Array): Uint8Array;
	block(type: number, body: Uint8Array): Uint8Array;
}

export interface PacketPlace {
	readonly interface: number;
	readonly ticks: bigint;
	readonly original?: number;
}

export type Option = readonly [code: number, value: string | Uint8Array];

export function join(...parts: readonly Uint8Array[]): Uint8Array {
	return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export function blocks(littleEndian: boolean): BlockMaker {
	const word = (value: number, length: 2 | 4 = 4): Uint8Array => {
		const bytes = new Uint8Array(length);
		const view = new DataView(bytes.buffer);
		if (length === 2) view.setUint16(0, value, littleEndian);
		else view.setUint32(0, value, littleEndian);
		return bytes;
	};
	const pad = (bytes: Uint8Array): Uint8Array => join(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
	const options = (list: readonly Option[] = []): Uint8Array =>
		list.length === 0
			? new Uint8Array(0)
			: join(
					...list.flatMap(([code, value]) => {
						const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
						return [word(code, 2), word(bytes.length, 2), pad(bytes)];
					}),
					word(0),
				);
	const block = (type: number, body: Uint8Array): Uint8Array =>
		join(word(type), word(body.length + 12), body, word(body.length + 12));
	const half = (ticks: bigint) => join(word(Number(ticks >> 32n)), word(Number(ticks & 0xffff_ffffn)));
	return {
		block,
		section: (list) =>
			block(0x0a0d0d0a, join(word(0x1a2b3c4d), word(1, 2), word(0, 2), word(-1), word(-1), options(list))),
		interface: (linkType, snapLength = 0, list = []) =>
			block(1, join(word(linkType, 2), word(0, 2), word(snapLength), options(list))),
		packet: (at, data, list) =>
			block(
				6,
				join(
					word(at.interface),
					half(at.ticks),
					word(data.length),
					word(at.original ?? data.length),
					pad(data),
					options(list),
				),
			),
		oldPacket: (at, data, list) =>
			block(
				2,
				join(
					word(at.interface, 2),
					word(7, 2),
					half(at.ticks),
					word(data.length),
					word(at.original ?? data.length),
					pad(data),
					options(list),
				),
			),
		simplePacket: (original, data) => block(3, join(word(original), pad(data))),
	};
}
