import { formatValue } from '../../dhcp/format.ts';
import { formatHex } from '../../wire/hex.ts';

/** What must not be printed. */
const secret = /secret|password/i;
/** Of long bytes. */
const shownBytes = 64;

/** A decoded value for people: a line a field, what belongs to a field indented below it. */
export function fieldLines(fields: object, indent = ''): string[] {
	return Object.entries(fields).flatMap(([name, value]) => lines(name, value, indent));
}

function lines(name: string, value: unknown, indent: string): string[] {
	if (value === undefined || (Array.isArray(value) && value.length === 0)) return [];
	if (secret.test(name) && typeof value !== 'number') return [`${indent}${name}: not shown`];
	if (value instanceof Uint8Array) {
		const more = value.length > shownBytes ? ` … ${value.length} bytes` : '';
		return [`${indent}${name}: ${formatHex(value.subarray(0, shownBytes), ' ') || '(empty)'}${more}`];
	}
	if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
		return value.flatMap((item, i) => lines(`${name}[${i}]`, item, indent));
	}
	if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
		return [`${indent}${name}:`, ...fieldLines(value, `${indent}  `)];
	}
	return [`${indent}${name}: ${formatValue(value)}`];
}
