import type { DhcpOptionsInit } from '../dhcp/index.ts';
import { EncodeError } from '../wire/errors.ts';
import { parseIpv4 } from '../wire/ipv4.ts';
import { encodeUtf8 } from '../wire/text.ts';
import type { BootAnswer, BootFile, BootMenu } from './boot-answer.ts';
import { fileOfItem, menuOptions, onlyFile } from './boot-menu.ts';
import type { BootClient } from './identify-client.ts';
import type { BootItem } from './pxe-option-kinds.ts';
import type { PxeOptionsInit } from './pxe-options.ts';

/**
 * Most UEFI firmware wants to ask port 4011 for its file: an OFFER without option 43 and without a file makes it do
 * so, and is what all of it takes (dnsmasq does the same; some ignore offers that would skip the question). iPXE and
 * BIOS ROMs take the file from the OFFER.
 */
function asksPort4011(client: BootClient): boolean {
	return client.kind === 'pxe' && client.architecture.firmware === 'uefi' && !client.ipxe;
}

export function isUrl(file: string): boolean {
	return /^https?:\/\//i.test(file);
}

/** An address that a client can talk to: with 0.0.0.0 beside a file iPXE asks for ever. */
export function assertHost(address: string, path: string): void {
	const [first = 0] = parseIpv4(address, path);
	if (first === 0 || first >= 224) {
		throw new EncodeError('bad-ipv4', `${path} must be the address of a host, not ${address}`, { path });
	}
}

/** Where the boot file is: the answer's own server, or the one that answers. */
export function bootServerOf(file: BootFile | undefined, serverAddress: string): string {
	if (file?.serverAddress !== undefined) assertHost(file.serverAddress, 'serverAddress of a boot answer');
	return file?.serverAddress ?? serverAddress;
}

/** iPXE joins no repeated options (RFC 3396), so this is the longest name that it can be given. */
const longestForIpxe = 255;

/** Name of the boot file: in the header field, which all clients read, or in option 67 where it does not fit. */
export function fileFields(client: BootClient, file: string): { file?: string; options: DhcpOptionsInit } {
	const path = 'file of a boot answer';
	if (typeof file !== 'string' || file === '') throw new EncodeError('empty-file', `${path} must be a name`, { path });
	const { length } = encodeUtf8(file, path);
	if (client.ipxe && length > longestForIpxe) {
		throw new EncodeError('too-long', `${path} is ${length} bytes, and iPXE reads ${longestForIpxe} at most`, { path });
	}
	// EDK2's HttpBootDxe takes the URI from option 67 (HttpBootDhcp4.c).
	const inOption = client.kind === 'http' || length > 127;
	return inOption ? { options: { bootfileName: file } } : { file, options: {} };
}

/** The part of an answer that depends on what the client is to do next. */
interface NextStep {
	readonly file?: BootFile | undefined;
	readonly vendorOptions?: PxeOptionsInit | undefined;
	/** A first step that leads to port 4011, and so names nothing yet. */
	readonly deferred: boolean;
}

/** Take the file in this packet, show no menu, look for no boot server (PXE 2.1 table 2-1, tag 6 bit 3). */
const takeTheFile: PxeOptionsInit = { discoveryControl: { useBootFile: true } };

/** The client asks for an entry of a menu, or for a boot server of that type. */
export function stepForItem(boot: BootAnswer, item: BootItem): NextStep | undefined {
	if (!boot.menu) return { file: boot, vendorOptions: { bootItem: item }, deferred: false };
	const file = fileOfItem(boot, item);
	// The menu's prompt behind the item is what dnsmasq sends; clients read the item.
	const prompt = boot.prompt && { menuPrompt: boot.prompt };
	return file && { file, vendorOptions: { bootItem: item, ...prompt }, deferred: false };
}

/** What the answer to a DISCOVER (`isOffer`), or the first answer on port 4011, says. */
export function nextStep(client: BootClient, boot: BootAnswer, isOffer: boolean, serverAddress: string): NextStep {
	const viaPxePort = asksPort4011(client);
	const file = !boot.menu ? boot : viaPxePort ? onlyFile(boot) : undefined;
	if (isOffer && viaPxePort) return { file, deferred: true };
	if (!file) return { vendorOptions: menuOptions(boot as BootMenu, serverAddress), deferred: false };
	const bare = client.kind === 'http' || viaPxePort;
	return { file, vendorOptions: bare ? undefined : takeTheFile, deferred: false };
}
