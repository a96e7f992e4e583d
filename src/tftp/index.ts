export type { BlockRollover } from './block-number.ts';
export {
	type TftpErrorCodeRow,
	type TftpErrorName,
	tftpErrorCode,
	tftpErrorCodes,
	tftpErrorText,
} from './error-codes.ts';
export {
	type NegotiationAnswer,
	type NegotiationPolicy,
	negotiateTftp,
	plainTerms,
	type TftpOptionHandler,
	type TftpOptionRow,
	type TftpTerms,
	tftpOptions,
} from './negotiation.ts';
export { type ByteFilter, createNetasciiDecoder, createNetasciiEncoder } from './netascii.ts';
export {
	decodeTftp,
	encodeTftp,
	maxTftpBlockSize,
	type TftpAckPacket,
	type TftpDataPacket,
	type TftpErrorPacket,
	type TftpOackPacket,
	type TftpOption,
	type TftpPacket,
	type TftpRequestPacket,
} from './packet.ts';
export { createReceiver, type ReceiverOptions, type TftpReceiver } from './receiver.ts';
export { receiverTiming, senderTiming, type TftpTiming } from './retransmission.ts';
export { createSender, type SenderOptions, type TftpSender } from './sender.ts';
export type { TftpMachine, TftpOutcome, TftpStatistics } from './transfer.ts';
