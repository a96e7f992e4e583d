import type { BootSession, TimelineEvent } from '../../capture/index.ts';
import { mayHoldCredentials } from '../../dhcp/format.ts';
import type { DhcpPacket } from '../../dhcp/index.ts';
import { rowOfCode } from '../../dhcp/option-names.ts';
import { formatHex } from '../../wire/hex.ts';
import { withoutUriPasswords } from '../../wire/uri-passwords.ts';

/** Files are named by their length, not printed. */
const fileFields: readonly string[] = ['content', 'head', 'bytes'];

/** A session as JSON can say it: times as ISO text, bytes as hexadecimal, no contents of files, no passwords. */
export function sessionToJson({ client, stages, start, end, gaps }: BootSession): Record<string, unknown> {
	return {
		client,
		start: isoOf(start),
		end: isoOf(end),
		gaps: plain('', gaps),
		stages: stages.map(({ kind, name, events }) => ({ kind, name, events: events.map(eventToJson) })),
	};
}

function eventToJson(event: TimelineEvent): unknown {
	const { time, end, ...rest } = event;
	const fields = Object.entries(rest).map(([key, value]) => [
		key,
		key === 'packet' ? packetToJson(value) : plain(key, value),
	]);
	return { time: isoOf(time), end: isoOf(end), ...Object.fromEntries(fields) };
}

function packetToJson(packet: DhcpPacket): unknown {
	const { options, chaddr, trailing: _, issues, ...fields } = packet;
	const named = options.entries().map(({ code }) => {
		const row = rowOfCode(code);
		const name = row?.name ?? String(code);
		if (mayHoldCredentials(packet, code)) return [name, 'not shown'];
		const value = row && options.tryGet(row.name as never);
		return [name, plain('', value ?? options.bytes(code))];
	});
	const plainFields = plain('', { ...fields, issues }) as object;
	return { ...plainFields, chaddr: formatHex(chaddr, ':'), options: Object.fromEntries(named) };
}

function plain(key: string, value: unknown): unknown {
	if (value instanceof Uint8Array) return fileFields.includes(key) ? undefined : formatHex(value);
	if (typeof value === 'bigint') return isoOf(value);
	if (value instanceof Set) return [...value];
	if (typeof value === 'string') return withoutUriPasswords(value);
	if (Array.isArray(value)) return value.map((item) => plain('', item));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(name, item)]));
}

/** To the microsecond, which a Date does not hold. */
function isoOf(time: bigint | undefined): string | undefined {
	if (time === undefined) return undefined;
	const micros = String((time / 1000n) % 1_000_000n).padStart(6, '0');
	const seconds = new Date(Number(time / 1_000_000_000n) * 1000);
	return Number.isNaN(seconds.getTime()) ? String(time) : seconds.toISOString().replace(/\.\d+Z$/, `.${micros}Z`);
}
