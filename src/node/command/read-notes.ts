import type { Issue } from '../../wire/issue.ts';

/** What came of reading a file, beside the story in it. */
export interface ReadNotes {
	/** How many were read. */
	readonly frames: number;
	/** The last one is not whole. */
	readonly truncated: boolean;
	/** Where the file is damaged, and why reading stopped, if it did. */
	readonly issues: readonly Issue[];
	/** Frames of links that are not read, by link type. */
	readonly unreadLinks: ReadonlyMap<number, number>;
}

/** Of a badly damaged file; the rest says the same. */
const shownIssues = 5;

/** From the list of LINKTYPE_ values: what people capture by mistake. */
const linkNames: Readonly<Record<number, string>> = {
	105: 'wireless',
	119: 'wireless',
	127: 'wireless',
	163: 'wireless',
	189: 'USB',
	220: 'USB',
	249: 'USB',
};

/** What of the file could not be read, a sentence each; without it silence in a timeline would look like silence on the wire. */
export function notesOf({ issues, unreadLinks }: ReadNotes): string[] {
	const faults = issues
		.slice(0, shownIssues)
		.map(({ message, offset }) => `damaged${offset === undefined ? '' : ` at byte ${offset}`}: ${message}`);
	if (issues.length > shownIssues) faults.push(`damaged in ${issues.length - shownIssues} more places`);
	const unread = [...unreadLinks].map(([linkType, count]) => {
		const name = linkNames[linkType];
		const frames = count === 1 ? '1 frame' : `${count} frames`;
		return `${frames} of link type ${linkType}${name ? ` (${name})` : ''} not read: capture on Ethernet, or with -i any`;
	});
	return [...faults, ...unread];
}
