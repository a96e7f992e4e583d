import type { DhcpPacket } from '../../dhcp/index.ts';
import type { BootClient } from '../../pxe/index.ts';
import type { Endpoint } from '../../wire/endpoint.ts';
import type { Issue } from '../../wire/issue.ts';
import type { IcmpError } from '../frames/frame.ts';
import type { DnsQuery, HttpExchange, TcpConnection, TftpTransfer } from '../talks/transfer.ts';
import type { CaptureTraits } from './traits.ts';

/** What all events have. */
export interface EventPlace {
	/** Wireshark's numbers, ascending. */
	readonly frames: readonly number[];
	/** Nanoseconds since 1970, of the first frame. */
	readonly time: bigint | undefined;
	/** Of the last frame. */
	readonly end: bigint | undefined;
}

/** What events that are one datagram have. */
export interface DatagramPlace extends EventPlace {
	/** The UDP payload. */
	readonly bytes: Uint8Array;
	readonly from: Endpoint;
	readonly to: Endpoint;
	readonly fromMac?: string | undefined;
	readonly toMac?: string | undefined;
	/** The frame was cut: options may be missing. */
	readonly cut: boolean;
}

/** A DHCP or BOOTP packet, in either direction. */
export interface DhcpEvent extends DatagramPlace {
	readonly type:
		| 'discover'
		| 'offer'
		| 'request'
		| 'ack'
		| 'nak'
		| 'decline'
		| 'release'
		| 'inform'
		/** BOOTP: no message type. */
		| 'bootp-request'
		| 'bootp-reply'
		/** To port 4011 or a boot server, and back: PXE 2.1 sections 2.2.3 and 2.2.4. */
		| 'proxy-request'
		| 'proxy-ack'
		| 'boot-server-request'
		| 'boot-server-ack'
		/** Another message type (RFC 3203, RFC 4388), or none that could be read; `packet.issues` says what was odd. */
		| 'other';
	/**
	 * With offers and acks: what the packet gives. `proxy` gives what to boot, and no address; `undefined` when it gives
	 * neither, as most answers to INFORM.
	 */
	readonly gives?: 'address' | 'address-and-boot' | 'proxy' | undefined;
	/** How often the very same came again before the client went on (only `secs` may differ); then `frames` names all. */
	readonly repeats: number;
	/** `giaddr`: the relay that passed it on; absent on the client's own network. */
	readonly relay?: string | undefined;
	readonly packet: DhcpPacket;
}

/** A datagram between DHCP ports that is no DHCP packet, or too little of one. */
export interface UnreadableEvent extends DatagramPlace {
	readonly type: 'unreadable-dhcp';
	/** Why. */
	readonly issue: Issue;
}

/** Who has an address, asked by or for the client. */
export interface ArpEvent extends EventPlace {
	readonly type: 'arp';
	/** `probe`: nobody should answer. `announcement`: the client tells of its own. */
	readonly purpose: 'who-has' | 'probe' | 'announcement';
	/** IP address of who asks; `'0.0.0.0'` in a probe, `''` when only the answer is there. */
	readonly asker: string;
	/** Hardware address of who asks; `''` when only the answer is there. */
	readonly askerMac: string;
	/** What is asked for. */
	readonly address: string;
	/** Hardware addresses in the answers; more than one: two machines have the address. */
	readonly answers: readonly string[];
	readonly requests: number;
}

export interface TftpEvent extends EventPlace {
	readonly type: 'tftp';
	readonly transfer: TftpTransfer;
}

export interface HttpEvent extends EventPlace {
	readonly type: 'http';
	readonly exchange: HttpExchange;
}

/** An ICMP error about something the client, or a server of it, sent. */
export interface IcmpEvent extends EventPlace {
	readonly type: 'icmp';
	readonly error: IcmpError;
	readonly from: string;
	readonly to: string;
}

/** A TCP connection to something other than HTTP, as to an iSCSI target; or a UDP request to a name server. */
export interface OtherEvent extends EventPlace {
	readonly type: 'dns' | 'tcp';
	readonly from: Endpoint;
	readonly to: Endpoint;
	/** DNS: the name that was asked. TCP: `'open'`, `'refused'`, `'unanswered'`, `'unknown'`. */
	readonly summary: string;
	/** DNS: whether an address came back. TCP: whether the connection was opened. */
	readonly answered: boolean;
	/** With `dns`. */
	readonly query?: DnsQuery | undefined;
	/** With `tcp`. */
	readonly connection?: TcpConnection | undefined;
}

/** One thing that happened; `type` tells which. */
export type TimelineEvent = DhcpEvent | UnreadableEvent | ArpEvent | TftpEvent | HttpEvent | IcmpEvent | OtherEvent;

/** Who drives the machine. */
export type StageKind =
	/** The network card's or the board's own PXE or HTTP boot. */
	| 'rom'
	/** PXELINUX, GRUB, U-Boot and others that fetch what comes next. */
	| 'loader'
	| 'ipxe'
	/** An operating system. */
	| 'kernel';

/** What one program did, until the next took over. */
export interface BootStage {
	readonly kind: StageKind;
	/** For people: `'UEFI (EDK2) PXE'`, `'iPXE 1.21.1'`, `'PXELINUX'`. */
	readonly name: string;
	/** Who the stage said that it is; `undefined` when it sent no DHCP request as a boot client. */
	readonly client?: BootClient | undefined;
	readonly events: readonly TimelineEvent[];
}

/** Who boots. */
export interface SessionClient {
	/** `''` when not one frame with it is there. */
	readonly mac: string;
	readonly uuid?: string | undefined;
	/** In the order in which it got them. */
	readonly addresses: readonly string[];
}

/** What a capture can't show of a machine. */
export interface CaptureGap extends Issue {
	/** Wireshark's numbers of the frames that tell so: of a transfer its request. None, where what is missing left no trace. */
	readonly frames: readonly number[];
}

/** Everything that one machine did in a capture. */
export interface BootSession {
	readonly client: SessionClient;
	readonly stages: readonly BootStage[];
	/** Of the first frame. */
	readonly start: bigint | undefined;
	readonly end: bigint | undefined;
	/** What the capture can't show: `starts-in-the-middle`, `one-direction`, `cut-frames`, `file-truncated`, `missing-blocks`, … */
	readonly gaps: readonly CaptureGap[];
	/** Of all frames of the capture, not this client's alone. */
	readonly traits?: CaptureTraits | undefined;
	/** Seconds that the capture went on after the session's last event; tells silence from the end of the recording. */
	readonly secondsAfter: number;
}
