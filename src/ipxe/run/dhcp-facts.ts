import { encodeUtf8 } from '../../wire/text.ts';

/** The options of {@link IpxeDhcpReply}; `DhcpOptions` of pxekit/dhcp is such. */
export interface IpxeDhcpOptions {
	/** Every option in wire order. */
	entries(): readonly { readonly code: number }[];
	/** The raw value of a code, repeats joined. */
	bytes(code: number): Uint8Array | undefined;
}

/** The parts of a decoded DHCP reply that {@link settingsFromDhcp} reads; a `DhcpPacket` of pxekit/dhcp has them. */
export interface IpxeDhcpReply {
	readonly mac: string;
	readonly yiaddr: string;
	readonly siaddr: string;
	readonly file: string;
	readonly options: IpxeDhcpOptions;
}

/** Options that hold options: their sub-options are settings of their own, `175.8` (`src/net/dhcpopts.c`). */
const encapsulating: readonly number[] = [43, 175];

/**
 * The settings that iPXE has after this DHCP reply, for `settings` or `dhcp` of a dry run's host.
 *
 * @param interfaceName the network card, `net0` by default
 * @param block where iPXE keeps them: `dhcp` under the card by default; `proxydhcp` or `pxebs` for those servers' replies
 * @example
 * ```ts
 * import { DhcpOptions, decodeDhcp, encodeDhcp } from 'pxekit/dhcp';
 * import { runIpxe, settingsFromDhcp } from 'pxekit/ipxe';
 *
 * const reply = decodeDhcp(encodeDhcp({
 *   op: 2, xid: 1, chaddr: '52:54:00:12:34:56', yiaddr: '10.0.0.9', siaddr: '10.0.0.1',
 *   options: { messageType: 'ACK', hostName: 'node1' },
 * }));
 * const run = await runIpxe('#!ipxe\necho ${net0/mac} ${ip} ${next-server} ${hostname}\n', { settings: settingsFromDhcp(reply) });
 * run.console; // => '52:54:00:12:34:56 10.0.0.9 10.0.0.1 node1\n'
 * ```
 */
export function settingsFromDhcp(
	reply: IpxeDhcpReply,
	interfaceName = 'net0',
	block: 'dhcp' | 'proxydhcp' | 'pxebs' = 'dhcp',
): Record<string, string | Uint8Array> {
	const prefix = block === 'dhcp' ? `${interfaceName}.dhcp` : block;
	const settings: Record<string, string | Uint8Array> = {};
	if (reply.mac !== '') settings[`${interfaceName}/mac`] = reply.mac;
	for (const code of new Set(reply.options.entries().map((entry) => entry.code))) {
		const bytes = reply.options.bytes(code);
		if (!bytes || code === 0 || code === 255) continue;
		if (bytes.length > 0) settings[`${prefix}/${code}`] = bytes;
		if (encapsulating.includes(code)) addSubOptions(settings, `${prefix}/${code}`, bytes);
	}
	if (reply.yiaddr !== '0.0.0.0') settings[`${prefix}/ip`] = reply.yiaddr;
	if (reply.siaddr !== '0.0.0.0') settings[`${prefix}/next-server`] = reply.siaddr;
	// The field counts only where the option is absent.
	if (reply.file !== '' && !(`${prefix}/67` in settings)) settings[`${prefix}/filename`] = encodeUtf8(reply.file);
	return settings;
}

function addSubOptions(settings: Record<string, string | Uint8Array>, name: string, bytes: Uint8Array): void {
	for (let at = 0; at < bytes.length; ) {
		const code = bytes[at] as number;
		if (code === 0) {
			at++;
			continue;
		}
		const length = bytes[at + 1];
		if (code === 255 || length === undefined || at + 2 + length > bytes.length) return;
		if (length > 0) settings[`${name}.${code}`] = bytes.subarray(at + 2, at + 2 + length);
		at += 2 + length;
	}
}
