import type { BootOutcome } from '../../wire/boot-outcome.ts';
import type { IpxeEvent, IpxeRun } from './events.ts';

/**
 * A run as text, one event a line, for snapshots and for people. The same run gives the same text.
 *
 * @example
 * ```ts
 * import { formatIpxeRun, runIpxe } from 'pxekit/ipxe';
 *
 * const run = await runIpxe('#!ipxe\nkernel vmlinuz quiet\nboot\n', { uri: 'http://h/a.ipxe' });
 * const lines = formatIpxeRun(run).split('\n');
 * lines[1]; // => '2 GET http://h/vmlinuz (kernel) ok'
 * lines.at(-2); // => 'booted vmlinuz (http://h/vmlinuz) with: quiet'
 * ```
 */
export function formatIpxeRun(run: IpxeRun): string {
	const lines = mergeConsole(run.events).flatMap(formatEvent);
	return `${[...lines, formatOutcome(run.outcome)].join('\n')}\n`;
}

/** Neighbouring pieces of console text as one. */
function mergeConsole(events: readonly IpxeEvent[]): IpxeEvent[] {
	const merged: IpxeEvent[] = [];
	for (const event of events) {
		const last = merged.at(-1);
		if (event.kind === 'console' && last?.kind === 'console') {
			merged[merged.length - 1] = { kind: 'console', text: last.text + event.text };
		} else merged.push(event);
	}
	return merged;
}

const hex = (status: number): string => (status === 0 ? 'ok' : `failed 0x${status.toString(16).padStart(8, '0')}`);

function formatEvent(event: IpxeEvent): string[] {
	switch (event.kind) {
		case 'request': {
			const lines = [`${event.line} ${event.method} ${event.uri} (${event.command}) ${hex(event.status)}`];
			for (const [name, value] of event.headers) lines.push(`  ${name}: ${value}`);
			if (event.body !== undefined) lines.push(`  ${event.body}`);
			return lines;
		}
		case 'set':
			return [
				event.value === ''
					? `${event.line} clear ${event.setting}`
					: `${event.line} set ${event.setting} = ${event.value}`,
			];
		case 'menu': {
			const items = event.items.map(({ name, text }) => (name === undefined ? `    ${text}` : `  ${name}: ${text}`));
			const choice = event.choice === undefined ? 'left with Escape' : `chose ${event.choice} by ${event.by}`;
			return [`${event.line} menu ${event.title}`, ...items, `  ${choice}`];
		}
		case 'prompt':
			return [`${event.line} prompt ${event.text}: ${event.answered ? 'answered' : 'not answered'}`];
		case 'sleep':
			return [`${event.line} sleep ${event.milliseconds} ms`];
		case 'dhcp':
			return [`${event.line} dhcp ${event.interface} ${event.ok ? 'ok' : 'failed'}`];
		case 'script':
			return [`script ${event.uri}`];
		case 'script-end':
			return [`end of ${event.uri}: ${hex(event.status)}`];
		case 'san': {
			const drive = `0x${event.drive.toString(16)}`;
			return [`${event.line} san ${event.action} ${[drive, ...event.uris].join(' ')} ${event.ok ? 'ok' : 'failed'}`];
		}
		case 'console':
			return event.text
				.replace(/\n$/, '')
				.split('\n')
				.map((line) => `| ${line}`.trimEnd());
		case 'assumed':
			return [`${event.line} assumed: ${event.message}`];
	}
}

function formatOutcome(outcome: BootOutcome): string {
	switch (outcome.kind) {
		case 'booted': {
			const { kernel, commandLine, initrds } = outcome;
			const files = initrds.map(
				({ name, uri, arguments: place }) => `\n  initrd ${name} (${uri})${place === undefined ? '' : ` at ${place}`}`,
			);
			return `booted ${kernel.name} (${kernel.uri})${commandLine === '' ? '' : ` with: ${commandLine}`}${files.join('')}`;
		}
		case 'san':
			return `booted from SAN: ${outcome.uris.join(' ') || 'local disk'}`;
		case 'firmware':
			return `back to the firmware with status ${outcome.status}: ${outcome.message}`;
		case 'shell':
			return 'shell';
		case 'power':
			return outcome.action;
		case 'failed':
			return `failed${outcome.line === undefined ? '' : ` at line ${outcome.line}`}: ${outcome.message}`;
		case 'out-of-budget':
			return `out of budget: ${outcome.message}`;
	}
}
