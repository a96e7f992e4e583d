import type { CaptureFile } from './capture-file.ts';
import { readPcap } from './pcap.ts';

/**
 * Reads a whole capture.
 *
 * @throws a `DecodeError` `not-a-capture` when it is none
 */
export function readCapture(bytes: Uint8Array): CaptureFile {
	return readPcap(bytes);
}
