/**
 * Packet captures: files, frames, the story of a boot, and what went wrong.
 *
 * @module pxekit/capture
 */
export type { Endpoint } from '../wire/endpoint.ts';
export { type AnonymizeOptions, anonymize } from './anonymize/anonymize.ts';
export type { BootCheck } from './diagnosis/checks/check.ts';
export { type BootCheckInfo, bootChecks, type DiagnoseOptions, diagnose } from './diagnosis/diagnose.ts';
export type { Finding, FindingPlace, FindingSeverity } from './diagnosis/finding.ts';
export { formatFindings } from './diagnosis/format-findings.ts';
export type { CaptureFile, CaptureFrame, CaptureInterface, CaptureSummary } from './files/capture-file.ts';
export { readCapture } from './files/read-capture.ts';
export { type CaptureStream, readCaptureStream } from './files/read-capture-stream.ts';
export type { CaptureFrameInit } from './files/write-frames.ts';
export { type WritePcapOptions, writePcap } from './files/write-pcap.ts';
export { type CaptureInterfaceInit, type PcapngInit, writePcapng } from './files/write-pcapng.ts';
export { createFrameDecoder, decodeFrame, decodeFrames, type FrameDecoder } from './frames/decode-frames.ts';
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
} from './frames/encode-frames.ts';
export type { FrameHeaders, FrameHost } from './frames/encode-headers.ts';
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
} from './frames/frame.ts';
export type { ReassemblyLimits, UnfinishedDatagram } from './frames/reassembly.ts';
export { type DnsFollower, dnsQueries, followDns } from './talks/dns-queries.ts';
export {
	type FollowTcpOptions,
	followTcp,
	httpExchanges,
	type TcpFollower,
	type TcpTalk,
	tcpConnections,
} from './talks/tcp-talks.ts';
export { type FollowTftpOptions, followTftp, type TftpFollower, tftpTransfers } from './talks/tftp-transfers.ts';
export type { DnsQuery, HttpExchange, TcpConnection, TftpTransfer, TransferOutcome } from './talks/transfer.ts';
export {
	type AskedExpectation,
	type BootExpectation,
	expectBoot,
	type FileExpectation,
	type OfferExpectation,
} from './testing/expect-boot.ts';
export { formatReplay, replay } from './testing/replay.ts';
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
} from './testing/replay-types.ts';
export { type BootFollower, type BootTimelineOptions, bootTimeline, followBoots } from './timeline/boot-timeline.ts';
export { type FormatTimelineOptions, formatTimeline } from './timeline/format-timeline.ts';
export type {
	ArpEvent,
	BootSession,
	BootStage,
	CaptureGap,
	DatagramPlace,
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
} from './timeline/session.ts';
export type { CaptureTraits } from './timeline/traits.ts';
