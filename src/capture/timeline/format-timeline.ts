import type { Endpoint } from '../../wire/endpoint.ts';
import { describeEvent, shown } from './describe-event.ts';
import type { BootSession, BootStage, TimelineEvent } from './session.ts';

/** How to print a timeline. */
export interface FormatTimelineOptions {
	/**
	 * One line for each event that stays the same from one boot to the next: no times, no durations, and transactions
	 * numbered from 1 in place of their random ids. Default `false`: a table for people.
	 */
	readonly snapshot?: boolean | undefined;
	/** Tell Wireshark's frame numbers. Default: `true` in the table, `false` in a snapshot. */
	readonly frames?: boolean | undefined;
}

/**
 * A timeline as text: what each client did, program by program. Text from the wire is escaped, and passwords in URIs
 * are left out.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { bootTimeline, formatTimeline, readCapture } from 'pxekit/capture';
 *
 * const capture = readCapture(readFileSync('fixtures/captures/uboot-arm32_plain+proxy.pcap'));
 * const lines = formatTimeline(bootTimeline(capture), { snapshot: true }).split('\n');
 * lines[1]; // => '  U-Boot'
 * lines[6]; // => '    client > 192.168.77.1: TFTP boot.scr.uimg: no answer to 11 requests'
 * ```
 */
export function formatTimeline(
	sessions: BootSession | readonly BootSession[],
	{ snapshot = false, frames = !snapshot }: FormatTimelineOptions = {},
): string {
	const list = 'stages' in sessions ? [sessions] : sessions;
	if (list.length === 0) return 'no boot client in this capture';
	const start = list.map((session) => session.start).find((time) => time !== undefined);
	const texts = list.map((session) => {
		const lines = snapshot ? snapshotLines(session, frames) : tableLines(session, start, frames);
		return [headline(session), ...lines, ...gapLines(session)].join('\n');
	});
	return texts.join('\n\n');
}

function headline({ client: { mac, uuid, addresses } }: BootSession): string {
	return [mac === '' ? 'client without a hardware address' : mac, addresses.join(' '), uuid && `UUID ${uuid}`]
		.filter((part) => part)
		.join('  ');
}

/** A loader that poses as firmware, as U-Boot does, is not of the kind that it says. Names hold what came from the wire. */
function stageHeading(stage: BootStage): string {
	const { kind, client } = stage;
	const name = shownSentence(stage.name);
	return client && kind !== 'loader' ? `${name} (${client.archName.replace(/ boot from HTTP$/, '')})` : name;
}

function gapLines({ gaps }: BootSession): string[] {
	return gaps.map(({ code, message }) => `  gap ${code}: ${shownSentence(message)}`);
}

/** A sentence that may hold a file name, or what a client calls itself. */
function shownSentence(text: string): string {
	const safe = shown(text);
	return safe.startsWith('"') ? safe.slice(1, -1) : safe;
}

/** Where an event went from and to. */
interface Route {
	readonly from: string;
	readonly to: string;
}

interface Names {
	readonly own: ReadonlySet<string>;
}

function routeOf(event: TimelineEvent, names: Names): Route {
	switch (event.type) {
		case 'tftp':
			return { from: nameOf(event.transfer.client.address, names), to: nameOf(event.transfer.server.address, names) };
		case 'http':
			return { from: nameOf(event.exchange.client.address, names), to: nameOf(event.exchange.server.address, names) };
		case 'arp':
			return { from: event.asker === '' ? '?' : nameOf(event.asker, names), to: '' };
		case 'icmp':
			return { from: nameOf(event.from, names), to: nameOf(event.to, names) };
		case 'dns':
		case 'tcp':
			return { from: nameOf(event.from.address, names), to: nameOf(event.to.address, names) };
		default:
			return { from: dhcpName(event.from, names), to: dhcpName(event.to, names) };
	}
}

/** A question to whoever knows has no one end: ARP asks all, or renews by asking one. */
function routeText({ from, to }: Route, arrow: string): string {
	return to === '' ? from : `${from} ${arrow} ${to}`;
}

function dhcpName({ address, port }: Endpoint, names: Names): string {
	const name = nameOf(address, names);
	return port === 4011 && name !== 'client' ? `${name}:4011` : name;
}

function nameOf(address: string, { own }: Names): string {
	if (address === '255.255.255.255') return 'all';
	return address === '0.0.0.0' || own.has(address) ? 'client' : address;
}

function namesIn({ client, stages }: BootSession): Names {
	const own = new Set(client.addresses);
	// What is offered is where the answer goes, before the client has it.
	for (const { events } of stages) {
		for (const event of events) if ('packet' in event && event.packet.op === 2) own.add(event.packet.yiaddr);
	}
	return { own };
}

function snapshotLines(session: BootSession, frames: boolean): string[] {
	const names = namesIn(session);
	const numbers = new Map<number, number>();
	const transaction = (xid: number) => {
		const number = numbers.get(xid) ?? numbers.size + 1;
		numbers.set(xid, number);
		return `#${number}`;
	};
	return session.stages.flatMap((stage) => [
		`  ${stageHeading(stage)}`,
		...stage.events.map((event) => {
			const route = routeText(routeOf(event, names), '>');
			const place = frames ? `[${frameText(event.frames)}] ` : '';
			return `    ${place}${route}: ${describeEvent(event, { durations: false, transaction })}`;
		}),
	]);
}

function tableLines(session: BootSession, start: bigint | undefined, frames: boolean): string[] {
	const names = namesIn(session);
	const rows = session.stages.map((stage) => ({
		heading: `  ${stageHeading(stage)}`,
		cells: stage.events.map((event) => {
			const route = routeText(routeOf(event, names), '→');
			const time = start === undefined || event.time === undefined ? '-' : seconds(event.time - start);
			const what = describeEvent(event, { durations: true, transaction: () => '' });
			return { time, frames: frames ? frameText(event.frames) : '', route, what };
		}),
	}));
	const all = rows.flatMap(({ cells }) => cells);
	const frameWidth = Math.max(0, ...all.map((cell) => cell.frames.length));
	const routeWidth = Math.max(0, ...all.map((cell) => cell.route.length));
	return rows.flatMap(({ heading, cells }) => [
		heading,
		...cells.map(({ time, frames, route, what }) => {
			const columns = [time.padStart(9), frames.padEnd(frameWidth), route.padEnd(routeWidth), what];
			return `  ${columns.filter((column) => column !== '').join('  ')}`;
		}),
	]);
}

function seconds(nanoseconds: bigint): string {
	return (Number(nanoseconds) / 1e9).toFixed(3);
}

/** `6`, `1 4 7`, `20-40` for a transfer and its like: so many that only the ends matter. */
function frameText(frames: readonly number[]): string {
	const [first = 0] = frames;
	const last = frames.at(-1) ?? first;
	return frames.length <= 4 ? frames.join(' ') : `${first}-${last}`;
}
