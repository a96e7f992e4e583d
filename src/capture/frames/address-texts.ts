import { formatHexBetween } from '../../wire/hex.ts';
import { formatIpv4 } from '../../wire/ipv4.ts';
import { u16, u32 } from './frame-reading.ts';

/** Must be a power of two. */
const slots = 256;

/**
 * Few machines speak in a capture, again and again: their addresses are written out once. At most so many texts are kept, each until
 * another address needs its slot.
 */
function remembered(write: (data: Uint8Array, at: number) => string) {
	const keys = new Float64Array(slots).fill(-1);
	const texts: string[] = new Array(slots).fill('');
	return (key: number, low: number, data: Uint8Array, at: number): string => {
		const slot = (low ^ (low >>> 8)) & (slots - 1);
		if (keys[slot] !== key) {
			keys[slot] = key;
			texts[slot] = write(data, at);
		}
		return texts[slot] as string;
	};
}

const rememberedMac = remembered((data, at) => formatHexBetween(data, at, at + 6, ':'));
const rememberedIpv4 = remembered(formatIpv4);

/** The six bytes of a hardware address in colon form. */
export function macText(data: Uint8Array, at: number): string {
	const low = u32(data, at + 2);
	return rememberedMac(u16(data, at) * 0x1_0000_0000 + low, low, data, at);
}

/** Four bytes in dotted form. */
export function ipv4Text(data: Uint8Array, at: number): string {
	const address = u32(data, at);
	return rememberedIpv4(address, address, data, at);
}
