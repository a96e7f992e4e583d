/**
 * Who is asking to boot, and what to tell them: PXE clients and proxyDHCP.
 *
 * @module pxekit/pxe
 */

export {
	type ClientArchitecture,
	clientArchitecture,
	clientArchitectures,
	type Firmware,
} from './client-architectures.ts';
export { type BootClient, type IpxeClient, identifyClient } from './identify-client.ts';
export { type IpxeFeature, ipxeFeatureTable } from './ipxe-features.ts';
export {
	type BootAnswer,
	type BootFunction,
	createProxyDhcp,
	type IgnoredReason,
	type ProxyAnswer,
	type ProxyDhcp,
	type ProxyDhcpOptions,
	type ProxyReply,
	type ProxySilence,
	type ReceivedOn,
} from './proxy-dhcp.ts';
