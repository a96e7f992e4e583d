/**
 * A simulated client on the real ports, as a program of its own: Node can't enter a network namespace by itself.
 * Argument: options of `runBootClient` as JSON. Prints how the story ended as one line of JSON.
 */
import { createHash } from 'node:crypto';
import { formatBootStory } from 'pxekit/client';
import { type RunBootClientOptions, runBootClient } from 'pxekit/node';

const story = await runBootClient(JSON.parse(process.argv[2] ?? '') as RunBootClientOptions);
const { end, offers } = story;
process.stdout.write(`${formatBootStory(story)}\n`);
const sha256 = end?.kind === 'booted' ? createHash('sha256').update(end.file.bytes).digest('hex') : undefined;
const result: BootClientResult = {
	end: end?.kind,
	uri: end?.kind === 'booted' ? end.file.uri : undefined,
	sha256,
	error: end?.kind === 'failed' ? (end.error.code ?? end.error.reason) : undefined,
	offers: offers.map((offer) => offer.class),
};
process.stdout.write(`${JSON.stringify(result)}\n`);

/** What the program prints last. */
export interface BootClientResult {
	readonly end: string | undefined;
	readonly uri: string | undefined;
	readonly sha256: string | undefined;
	/** The firmware's code, or the reason where it has none. */
	readonly error: string | undefined;
	readonly offers: readonly string[];
}
