import { type DhcpPacket, decodeDhcp } from '../dhcp/index.ts';
import { type BootClient, identifyClient } from './identify-client.ts';
import { optionText } from './option-text.ts';
import { decodePxeOptions, type PxeOptions } from './pxe-options.ts';

/** A reply and what it answers, taken apart for the rules. */
export interface ReplyView {
	readonly request: DhcpPacket;
	/** Present when a network-boot client asked. */
	readonly client: BootClient | undefined;
	readonly reply: DhcpPacket;
	/** UDP payload. */
	readonly length: number;
	readonly port: 67 | 4011;
	readonly answersPort4011: boolean;
	/** Option 60 of the reply, as far as its first NUL. */
	readonly vendorClass: string;
	/** Sub-options of option 43; empty when there is none. */
	readonly pxe: PxeOptions['values'];
	/** Boot file from the header field, and from option 67. */
	readonly fileField: string;
	readonly fileOption: string;
	/** Offers what to boot, and no address. */
	readonly isProxyOffer: boolean;
}

export interface ReplyCircumstances {
	readonly port: 67 | 4011;
	readonly answersPort4011: boolean;
}

export function viewReply(request: DhcpPacket, bytes: Uint8Array, circumstances: ReplyCircumstances): ReplyView {
	const reply = decodeDhcp(bytes);
	const block = reply.options.bytes('vendorSpecificInformation');
	const type = reply.options.tryGet('messageType');
	return {
		request,
		client: identifyClient(request),
		reply,
		length: bytes.length,
		...circumstances,
		vendorClass: optionText(reply, 'vendorClassIdentifier'),
		pxe: block ? decodePxeOptions(block).values : {},
		fileField: reply.file,
		fileOption: optionText(reply, 'bootfileName'),
		isProxyOffer: type === 'OFFER' && reply.yiaddr === '0.0.0.0',
	};
}
