import type { IpxeJoin, IpxePosition } from './tree.ts';

interface PhysicalStart {
	readonly at: number;
	readonly line: number;
	/** Characters of that physical line which are a part of the join before it. */
	readonly shift: number;
}

/** One logical line before it is taken apart. */
export interface LogicalLine {
	/** As iPXE sees it. */
	readonly text: string;
	/** Number of its first physical line, from 1. */
	readonly line: number;
	readonly joins: readonly IpxeJoin[];
	/** Where each physical line after the first begins in the text, in order. */
	readonly starts: readonly PhysicalStart[];
	readonly end: string;
	readonly pending: boolean;
}

/**
 * Joins physical lines as `process_script` of `src/image/script.c` does: it looks at the end of its buffer, not of the
 * physical line, so that `a\\` followed by an empty line loses both backslashes.
 */
export function splitLogicalLines(source: string): LogicalLine[] {
	const lines: LogicalLine[] = [];
	let at = 0;
	let lineNumber = 1;
	while (at < source.length) {
		const feed = source.indexOf('\n', at);
		const last = source.charCodeAt((feed < 0 ? source.length : feed) - 1);
		const plain = feed < 0 || feed === at || (last !== 0x5c && last !== 0x0d);
		if (feed >= 0 && plain) {
			lines.push({ text: source.slice(at, feed), line: lineNumber, joins: [], starts: [], end: '\n', pending: false });
			at = feed + 1;
			lineNumber++;
			continue;
		}
		const joined = joinLine(source, at, lineNumber);
		lines.push(joined.line);
		at = joined.next;
		lineNumber = joined.nextLineNumber;
	}
	return lines;
}

function joinLine(source: string, start: number, lineNumber: number) {
	// Stretches of the source that iPXE keeps; what lies between them is a join.
	const kept: { from: number; to: number }[] = [];
	const lastKept = () => {
		while (kept.length > 0 && kept.at(-1)?.from === kept.at(-1)?.to) kept.pop();
		return kept.at(-1);
	};
	const dropIfLast = (character: string): boolean => {
		const stretch = lastKept();
		if (!stretch || source[stretch.to - 1] !== character) return false;
		stretch.to--;
		return true;
	};
	let at = start;
	let feeds = 0;
	let pending: boolean;
	do {
		const feed = source.indexOf('\n', at);
		const to = feed < 0 ? source.length : feed;
		kept.push({ from: at, to });
		at = feed < 0 ? source.length : feed + 1;
		if (feed >= 0) feeds++;
		dropIfLast('\r');
		pending = dropIfLast('\\');
	} while (pending && at < source.length);
	lastKept();

	let text = '';
	const joins: IpxeJoin[] = [];
	const starts: PhysicalStart[] = [];
	let number = lineNumber;
	let position = start;
	for (const { from, to } of kept) {
		if (from > position) {
			const join = source.slice(position, from);
			joins.push({ at: text.length, text: join });
			number += join.split('\n').length - 1;
			starts.push({ at: text.length, line: number, shift: join.length - 1 - join.lastIndexOf('\n') });
		}
		text += source.slice(from, to);
		position = to;
	}
	const line: LogicalLine = { text, line: lineNumber, joins, starts, end: source.slice(position, at), pending };
	return { line, next: at, nextLineNumber: lineNumber + feeds };
}

/** Where an offset of the logical line stands in the file. */
export function positionIn(line: LogicalLine, offset: number): IpxePosition {
	let low = 0;
	let high = line.starts.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((line.starts[middle] as PhysicalStart).at <= offset) low = middle + 1;
		else high = middle;
	}
	const start = line.starts[low - 1];
	if (!start) return { line: line.line, column: offset + 1 };
	return { line: start.line, column: offset - start.at + start.shift + 1 };
}
