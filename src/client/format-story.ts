import { decodeDhcp, formatDhcp } from '../dhcp/index.ts';
import { DecodeError } from '../wire/errors.ts';
import type { BootEvent, BootStory } from './story.ts';

/** How to print a story. */
export interface FormatBootStoryOptions {
	/** Print every packet with all its options. Default `false`. */
	readonly packets?: boolean | undefined;
}

/**
 * A story as text: what went out, what came in, what the firmware made of it, and how it ended.
 *
 * @example
 * ```ts
 * import { formatBootStory, simulateBoot, simulatedDhcp } from 'pxekit/client';
 *
 * const story = await simulateBoot({
 *   profile: 'intel-undi-2.1',
 *   mac: '52:54:00:12:34:56',
 *   servers: [simulatedDhcp({ address: '10.0.0.1', clientAddress: '10.0.0.77' })],
 * });
 * formatBootStory(story).split('\n').at(-1)?.includes('PXE-E53: No boot filename received.'); // => true
 * ```
 */
export function formatBootStory(story: BootStory, { packets = false }: FormatBootStoryOptions = {}): string {
	const lines = [`${story.profile} ${story.mac}`];
	for (const event of story.events) {
		lines.push(`${(event.at / 1000).toFixed(3).padStart(9)}  ${textOf(event)}`);
		if (packets && 'bytes' in event) lines.push(indented(event.bytes));
	}
	if (story.moreEvents > 0) lines.push(`           and ${story.moreEvents} more`);
	return lines.join('\n');
}

function textOf(event: BootEvent): string {
	const peer = 'peer' in event ? `${event.peer.address}:${event.peer.port}` : '';
	switch (event.type) {
		case 'sent':
			return `-> ${event.summary} to ${peer}`;
		case 'received':
			return `<- ${event.summary} from ${peer}`;
		case 'ignored':
			return `   ignored, from ${peer}: ${event.summary}`;
		case 'menu':
			return `   menu "${event.summary}", ${event.entries.map(({ text }) => JSON.stringify(text)).join(', ')}`;
		default:
			return `   ${event.type === 'decided' ? '' : `${event.type}: `}${event.summary}`;
	}
}

function indented(bytes: Uint8Array): string {
	try {
		return formatDhcp(decodeDhcp(bytes)).replace(/^/gm, '             ');
	} catch (error) {
		if (error instanceof DecodeError) return `             ${error.message}`;
		throw error;
	}
}
