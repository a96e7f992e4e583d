/**
 * Packet captures: files, frames, the story of a boot, and what went wrong.
 *
 * @module pxekit/capture
 */
export type { Endpoint } from '../wire/endpoint.ts';
export { type AnonymizeOptions, anonymize } from './anonymize.ts';
export { type BootFollower, type BootTimelineOptions, bootTimeline, followBoots } from './boot-timeline.ts';
export type { CaptureFile, CaptureFrame, CaptureInterface } from './capture-file.ts';
export { createFrameDecoder, decodeFrame, decodeFrames, type FrameDecoder } from './decode-frames.ts';
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
export type { Finding } from './finding.ts';
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
export { type FollowTftpOptions, followTftp, type TftpFollower, tftpTransfers } from './tftp-transfers.ts';
export type { HttpExchange, TftpTransfer, TransferOutcome } from './transfer.ts';
