/**
 * Packet captures: files, frames, the story of a boot, and what went wrong.
 *
 * @module pxekit/capture
 */
export type { Endpoint } from '../wire/endpoint.ts';
export { type AnonymizeOptions, anonymize } from './anonymize.ts';
export { type BootFollower, type BootTimelineOptions, bootTimeline, followBoots } from './boot-timeline.ts';
export type { CaptureFile, CaptureFrame, CaptureInterface, CaptureSummary } from './capture-file.ts';
export type { BootCheck } from './checks/check.ts';
export { createFrameDecoder, decodeFrame, decodeFrames, type FrameDecoder } from './decode-frames.ts';
export { type BootCheckInfo, bootChecks, type DiagnoseOptions, diagnose } from './diagnose.ts';
export { type DnsFollower, dnsQueries, followDns } from './dns-queries.ts';
export {
	type ArpFrameInit,
	encodeArpFrame,
	encodeIcmpFrame,
	encodeTcpFrame,
	encodeUdpFrame,
	encodeUdpFrames,
	type FrameEndpoint,
	type IcmpFrameInit,
	type TcpFrameInit,
	type UdpFrameInit,
	type UdpFramesInit,
} from './encode-frames.ts';
export type { FrameHeaders, FrameHost } from './encode-headers.ts';
export {
	type AskedExpectation,
	type BootExpectation,
	expectBoot,
	type FileExpectation,
	type OfferExpectation,
} from './expect-boot.ts';
export type { Finding, FindingPlace, FindingSeverity } from './finding.ts';
export { formatFindings } from './format-findings.ts';
export { type FormatTimelineOptions, formatTimeline } from './format-timeline.ts';
export type {
	ArpPacket,
	ChecksumVerdict,
	DecodedFrame,
	IcmpError,
	IpFragment,
	IpHeader,
	LinkHeader,
	TcpHeader,
	UdpHeader,
} from './frame.ts';
export { readCapture } from './read-capture.ts';
export { type CaptureStream, readCaptureStream } from './read-capture-stream.ts';
export type { ReassemblyLimits, UnfinishedDatagram } from './reassembly.ts';
export { formatReplay, replay } from './replay.ts';
export type {
	DhcpReplayAnswer,
	ReplayDifference,
	ReplayedExchange,
	ReplayedFile,
	ReplayedFileRequest,
	ReplayedReply,
	ReplayOptions,
	ReplayReport,
	ReplayResponders,
} from './replay-types.ts';
export type {
	ArpEvent,
	BootSession,
	BootStage,
	CaptureGap,
	DhcpEvent,
	EventPlace,
	HttpEvent,
	IcmpEvent,
	OtherEvent,
	SessionClient,
	StageKind,
	TftpEvent,
	TimelineEvent,
	UnreadableEvent,
} from './session.ts';
export {
	type FollowTcpOptions,
	followTcp,
	httpExchanges,
	type TcpFollower,
	type TcpTalk,
	tcpConnections,
} from './tcp-talks.ts';
export { type FollowTftpOptions, followTftp, type TftpFollower, tftpTransfers } from './tftp-transfers.ts';
export type { CaptureTraits } from './traits.ts';
export type { DnsQuery, HttpExchange, TcpConnection, TftpTransfer, TransferOutcome } from './transfer.ts';
export type { CaptureFrameInit } from './write-frames.ts';
export { type WritePcapOptions, writePcap } from './write-pcap.ts';
export { type CaptureInterfaceInit, type PcapngInit, writePcapng } from './write-pcapng.ts';
