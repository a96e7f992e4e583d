import { DecodeError } from '../wire/errors.ts';
import type { Issue } from '../wire/issue.ts';
import { optionKinds } from './option-kinds.ts';
import { pathOfOption, rowOfCode } from './option-names.ts';
import type { DhcpOptionEntry, DhcpOptions } from './options.ts';

/** What is odd about the values of the options that the table knows. */
export function optionIssues(options: DhcpOptions): Issue[] {
	const seen = new Map<number, DhcpOptionEntry>();
	const issues: Issue[] = [];
	for (const entry of options.entries()) {
		const row = rowOfCode(entry.code);
		const first = seen.get(entry.code);
		const place = { offset: entry.offset, path: pathOfOption(entry.code) };
		if (first) {
			const fixed = row && optionKinds[row.kind].fixedLength;
			if (fixed === first.bytes.length) {
				issues.push({
					code: 'duplicate-option',
					message: `option ${entry.code} is repeated; the first counts`,
					...place,
				});
			}
			continue;
		}
		seen.set(entry.code, entry);
		if (!row) continue;
		const bytes = options.bytes(entry.code) as Uint8Array;
		if (bytes.length === 0 && !optionKinds[row.kind].mayBeEmpty) {
			issues.push({ code: 'empty-option', message: `option ${entry.code} is empty`, ...place });
		} else if (row.kind === 'text' && bytes.includes(0)) {
			issues.push({ code: 'nul-in-text', message: `option ${entry.code} holds a NUL; the text ends there`, ...place });
		}
		try {
			optionKinds[row.kind].decode(bytes, row.path);
		} catch (error) {
			if (!(error instanceof DecodeError)) throw error;
			if (bytes.length > 0) issues.push({ code: error.code, message: error.message, ...place });
		}
	}
	return issues;
}
