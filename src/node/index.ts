/**
 * UDP sockets and files around the pure rooms. The only room that needs Node.
 *
 * @module pxekit/node
 */
export {
	type ProxyDhcpEvent,
	type ProxyDhcpServer,
	type ServeProxyDhcpOptions,
	serveProxyDhcp,
} from './serve-proxy-dhcp.ts';
export type { Endpoint } from './udp-socket.ts';
