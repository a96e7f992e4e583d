import type { DhcpOptionName, DhcpPacket } from '../dhcp/index.ts';
import { decodeUtf8Lossy, untilNul } from '../wire/text.ts';

/** An option as text up to its NUL, whatever its bytes are; `''` when it is absent. For judging and for showing. */
export function optionText({ options }: DhcpPacket, name: DhcpOptionName): string {
	return decodeUtf8Lossy(untilNul(options.bytes(name) ?? new Uint8Array(0)));
}
