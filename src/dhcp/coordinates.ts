import { EncodeError } from '../wire/errors.ts';
import { inRange } from '../wire/writer.ts';
import { wholeReader } from './basic-kinds.ts';
import type { OptionKind } from './option-kinds.ts';

/** Options 123 and 144 (RFC 6225 section 2): a point, and how exact it is. */
export interface Coordinates {
	/** Degrees north, in steps of 2^-25. */
	readonly latitude: number;
	/** Degrees east, in steps of 2^-25. */
	readonly longitude: number;
	/** In steps of 2^-8 of the unit that `altitudeType` names. */
	readonly altitude: number;
	/** 1 = metres, 2 = floors, 0 = not known. */
	readonly altitudeType: number;
	/** Option 123: how many of the leading bits count; option 144: the uncertainty as a power of two. 0 to 63. */
	readonly latitudeResolution: number;
	readonly longitudeResolution: number;
	readonly altitudeResolution: number;
	/** 1 = WGS 84, 2 and 3 = NAD 83. */
	readonly datum: number;
	/** Version of option 144, 0 to 3; 0 in option 123. */
	readonly version: number;
}

/** Width and name of each field in wire order; `fraction` bits behind the point, two's complement where set. */
const fields = [
	{ name: 'latitudeResolution', width: 6 },
	{ name: 'latitude', width: 34, fraction: 25 },
	{ name: 'longitudeResolution', width: 6 },
	{ name: 'longitude', width: 34, fraction: 25 },
	{ name: 'altitudeType', width: 4 },
	{ name: 'altitudeResolution', width: 6 },
	{ name: 'altitude', width: 30, fraction: 8 },
	{ name: 'version', width: 2 },
	{ name: undefined, width: 3 },
	{ name: 'datum', width: 3 },
] as const;

function bitsOf(value: number, width: number, fraction: number | undefined, path: string): bigint {
	if (fraction === undefined) return BigInt(inRange(value, 2 ** width - 1, path));
	const steps = Math.round(value * 2 ** fraction);
	if (!(Math.abs(steps) < 2 ** (width - 1))) {
		throw new EncodeError('out-of-range', `${path} must be between ±${2 ** (width - 1 - fraction)}`, { path });
	}
	return BigInt.asUintN(width, BigInt(steps));
}

export const coordinatesKind: OptionKind<Coordinates> = {
	fixedLength: 16,
	decode(bytes, path) {
		let left = wholeReader(bytes, 16, path)
			.rest()
			.reduce((all, byte) => (all << 8n) | BigInt(byte), 0n);
		const values: Record<string, number> = {};
		for (const field of fields.toReversed()) {
			const raw = BigInt.asUintN(field.width, left);
			left >>= BigInt(field.width);
			if (field.name === undefined) continue;
			values[field.name] =
				'fraction' in field ? Number(BigInt.asIntN(field.width, raw)) / 2 ** field.fraction : Number(raw);
		}
		return values as unknown as Coordinates;
	},
	encode(value, path) {
		let all = 0n;
		for (const field of fields) {
			const fraction = 'fraction' in field ? field.fraction : undefined;
			const number = field.name === undefined ? 0 : value[field.name];
			all = (all << BigInt(field.width)) | bitsOf(number, field.width, fraction, `${path}.${field.name}`);
		}
		return Uint8Array.from({ length: 16 }, (_, i) => Number(BigInt.asUintN(8, all >> BigInt(8 * (15 - i)))));
	},
};
