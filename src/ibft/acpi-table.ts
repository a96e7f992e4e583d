import { DecodeError } from '../wire/errors.ts';
import type { Issue } from '../wire/issue.ts';
import { acpiHeaderLength, type ParsedAcpiHeader } from './acpi.ts';
import type { RecordSink } from './record.ts';

/**
 * Checks signature, least length and revision.
 *
 * @returns the header's issues and what there is to add
 * @internal
 */
export function requireTable(header: ParsedAcpiHeader, wanted: string, length: number): Issue[] {
	const { signature, bytes, revision } = header;
	if (signature !== wanted) {
		const message = `an ${wanted} starts with ${wanted}, not ${JSON.stringify(signature)}`;
		throw new DecodeError('bad-signature', message, { offset: 0, path: 'signature' });
	}
	if (bytes.length < length) {
		const message = `an ${wanted} has at least ${length} bytes; here are ${bytes.length}`;
		throw new DecodeError('too-short', message, { offset: bytes.length, path: wanted });
	}
	if (revision === 1) return [...header.issues];
	const message = `revision ${revision}, where readers know 1`;
	return [...header.issues, { code: 'bad-revision', message, offset: 8, path: 'revision' }];
}

/**
 * For tables whose fields refer to no heap.
 *
 * @internal
 */
export function heaplessSink(bytes: Uint8Array): RecordSink {
	return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), addToHeap: () => acpiHeaderLength };
}
