import type { CaptureFile, CaptureInterface } from '../files/capture-file.ts';
import { scrubFrames } from './anonymous-frames.ts';
import { Identities } from './anonymous-identity.ts';
import { scrubText } from './anonymous-text.ts';

/** What {@link anonymize} keeps and what else it takes out. */
export interface AnonymizeOptions {
	/**
	 * Keep the contents of files and other data, with the identifiers in them replaced that are known or look like addresses.
	 * Default `false`: they are zeroed, but for the first bytes by which a file's kind is told.
	 */
	readonly keepFiles?: boolean | undefined;
	/** Words to replace wherever they stand in text: names of people, sites, serial numbers in file names. */
	readonly also?: readonly string[] | undefined;
}

/**
 * A capture in which nobody can be told: hardware addresses, IPv4 and IPv6 addresses, host and domain names, UUIDs and serial numbers
 * are replaced, the same by the same and different ones by different ones, in headers, DHCP, DNS, ARP, names of files and URLs. All
 * lengths stay, right checksums are right and wrong ones wrong, and the story of the boot is the same.
 *
 * Files are zeroed. Passwords in URLs, `Authorization` and `Cookie` are crossed out, authentication options zeroed, and comments dropped. What
 * stays: times, ports, transaction numbers, sizes, private networks (as 192.168), and names of files but for the words in them that are host names,
 * addresses, or in `also`. Look through them before you post a capture.
 *
 * The new names are given in the order of appearance: nothing of the old ones can be computed from them.
 *
 * @throws nothing of its own, whatever the frames
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { anonymize, bootTimeline, readCapture } from 'pxekit/capture';
 *
 * const capture = readCapture(readFileSync('fixtures/captures/ovmf_dnsmasq-dhcp_ipxe-efi_script-linux.pcap'));
 * const [before] = bootTimeline(capture);
 * const [after] = bootTimeline(anonymize(capture, { also: ['vmlinuz'] }));
 * before?.client.mac; // => '52:54:00:77:00:03'
 * after?.client.mac === before?.client.mac; // => false
 * after?.stages.map(({ name }) => name); // => ['UEFI (EDK2) PXE', 'iPXE 1.0.0']
 * ```
 */
export function anonymize(capture: CaptureFile, { keepFiles = false, also = [] }: AnonymizeOptions = {}): CaptureFile {
	const identities = new Identities();
	for (const word of also.map(latin1OfUtf8)) {
		identities.learnPhrase(word);
		identities.learnName(word);
	}
	scrubFrames(identities, capture.frames, keepFiles);
	identities.settle();
	const bytes = scrubFrames(identities, capture.frames, keepFiles);
	return {
		...capture,
		interfaces: capture.interfaces.map((one) => scrubInterface(identities, one)),
		frames: capture.frames.map((frame, i) => ({ ...frame, data: bytes[i] as Uint8Array, comments: undefined })),
		comments: [],
	};
}

/** The name of an interface may be made of its hardware address. */
function scrubInterface(identities: Identities, { name, ...rest }: CaptureInterface): CaptureInterface {
	const bytes = new TextEncoder().encode(name ?? '');
	scrubText(identities, bytes, 0, bytes.length);
	return {
		...rest,
		...(name !== undefined && { name: new TextDecoder().decode(bytes) }),
		description: undefined,
		comments: undefined,
	};
}

/** As text of packets is gone through: a character for each byte. */
function latin1OfUtf8(text: string): string {
	return String.fromCharCode(...new TextEncoder().encode(text));
}
