/**
 * UDP sockets and files around the pure rooms. The only room that needs Node.
 *
 * @module pxekit/node
 */

export type { Endpoint } from '../wire/endpoint.ts';
export {
	type CaptureRecorder,
	type DatagramRecorder,
	type RecordCaptureOptions,
	type RecordedDatagram,
	recordCapture,
} from './capture-recorder.ts';
export type { DhcpSocketEvent, DhcpSocketOptions, DhcpSockets, ListeningPurpose } from './dhcp-sockets.ts';
export { type DirectorySourceOptions, directorySource } from './directory-source.ts';
export { createFileCache, type FileCache } from './file-cache.ts';
export type { FileNameRule } from './file-name.ts';
export { type RunBootClientOptions, runBootClient, type ServerPlaces } from './run-boot-client.ts';
export { type DhcpServer, type DhcpServerEvent, type ServeDhcpOptions, serveDhcp } from './serve-dhcp.ts';
export {
	type ProxyDhcpEvent,
	type ProxyDhcpServer,
	type ServeProxyDhcpOptions,
	serveProxyDhcp,
} from './serve-proxy-dhcp.ts';
export { tftpFileSize, tftpGet, tftpGetStream, tftpPut } from './tftp-client.ts';
export type {
	TftpAddressedFile,
	TftpClientOptions,
	TftpProgress,
	TftpTarget,
} from './tftp-client-options.ts';
export { TftpTransferError } from './tftp-client-run.ts';
export {
	type TftpEvent,
	type TftpTransferEvent,
	type TftpTransferReport,
	tftpDiagnosticsChannel,
} from './tftp-events.ts';
export type { TftpSink } from './tftp-feed.ts';
export { serveTftp } from './tftp-server.ts';
export type { TftpServer, TftpServerOptions, TftpWriteHandler } from './tftp-server-options.ts';
export {
	firstSource,
	type TftpContentReader,
	type TftpFile,
	TftpRefusal,
	type TftpRequest,
	type TftpSource,
	type TftpStreamFile,
	virtualFiles,
} from './tftp-source.ts';
