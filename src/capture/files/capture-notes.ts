import type { Issue } from '../../wire/issue.ts';
import { decodeUtf8Lossy } from '../../wire/text.ts';
import type { CaptureInterface, CaptureSummary } from './capture-file.ts';

/** What is kept of a file apart from its frames is bounded, so that a stream without end needs no memory without end. */
const limits = { interfaces: 65_536, issues: 1000, textBytes: 4 * 1024 * 1024 };

/** What a reader learns of a file apart from its frames. */
export interface CaptureNotes {
	readonly format: 'pcap' | 'pcapng';
	readonly interfaces: CaptureInterface[];
	readonly comments: string[];
	readonly issues: Issue[];
	truncated: boolean;
	records: number;
	/** Bytes of text that may still be kept. */
	textLeft: number;
}

export function newNotes(format: 'pcap' | 'pcapng'): CaptureNotes {
	return { format, interfaces: [], comments: [], issues: [], truncated: false, records: 0, textLeft: limits.textBytes };
}

/** What is known by now, in a copy. */
export function summaryOf({ format, interfaces, records, truncated, comments, issues }: CaptureNotes): CaptureSummary {
	return { format, interfaces: [...interfaces], records, truncated, comments: [...comments], issues: [...issues] };
}

export function note(notes: CaptureNotes, code: string, offset: number, message: string): void {
	if (notes.issues.length < limits.issues) notes.issues.push({ code, message, offset });
	else if (notes.issues.length === limits.issues) {
		notes.issues.push({ code: 'more-issues', message: 'more was odd than is listed', offset });
	}
}

/** `false` when the file has more interfaces than any real one. */
export function addInterface(notes: CaptureNotes, added: CaptureInterface, offset: number): boolean {
	if (notes.interfaces.length < limits.interfaces) {
		notes.interfaces.push(added);
		return true;
	}
	note(notes, 'too-many-interfaces', offset, `more than ${limits.interfaces} interfaces; reading ends here`);
	return false;
}

/** Text of a section or an interface; `undefined` when there was too much of it already. */
export function keptText(notes: CaptureNotes, bytes: Uint8Array, offset: number): string | undefined {
	if (bytes.length > notes.textLeft) {
		if (notes.textLeft > 0) {
			note(notes, 'text-left-out', offset, 'names and comments of sections and interfaces over 4 MiB are left out');
		}
		notes.textLeft = 0;
		return undefined;
	}
	notes.textLeft -= bytes.length;
	return decodeUtf8Lossy(bytes);
}
