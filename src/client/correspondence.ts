import type { Endpoint } from '../wire/endpoint.ts';
import { ports, type UdpDatagram } from './endpoint.ts';
import type { BootRequestKind } from './profile.ts';
import { type ClientIdentity, encodeRequest, type RequestFacts } from './requests.ts';
import type { ServerPacket } from './server-packet.ts';

/** What a packet depends on besides what it says. */
export interface Situation {
	/** Milliseconds that the exchange has lasted. */
	readonly waited: number;
	/** The client's address, once it has one. */
	readonly address: string | undefined;
	readonly offers: readonly ServerPacket[];
}

/** Writes a client's packets: transaction numbers, `secs`, flags and ports as the firmware fills them in. */
export interface Correspondence {
	readonly dhcpXid: number;
	/** Of the exchange on port 4011 that was begun last. */
	readonly pxeXid: number;
	/** Begins an exchange on port 4011. */
	beginPxe(isBootServer: boolean): void;
	/** iPXE counts how often its timer ran out, which is once more than its packets when it moves on by itself. */
	movedOnByTimer(): void;
	write(kind: BootRequestKind, to: Endpoint, facts: Partial<RequestFacts>, situation: Situation): UdpDatagram;
}

/** @param configured whether the machine had an address before */
export function createCorrespondence(identity: ClientIdentity, configured: boolean): Correspondence {
	const { profile, random } = identity;
	const newXid = () => Math.floor(random() * 2 ** 32);
	const dhcpXid = newXid();
	let pxeXid = dhcpXid;
	let count = 0;

	function secs(kind: BootRequestKind, { waited, offers }: Situation): number {
		switch (profile.secs) {
			case 'elapsed':
				return Math.floor(waited / 1000);
			case 'fours':
				return 4 * count;
			default: {
				// net/udp/dhcp.c: the count, and whether there is an offer and a proxy's. The session for boot servers is
				// a new one, which knows of neither.
				if (kind === 'bootServerRequest') return count << 2;
				const hasOffer = offers.some((offer) => offer.address !== undefined);
				const hasProxy = offers.some((offer) => offer.isPxe && offer.server !== undefined);
				return (count << 2) | (hasOffer ? 2 : 0) | (hasProxy ? 1 : 0);
			}
		}
	}

	return {
		dhcpXid,
		get pxeXid() {
			return pxeXid;
		},
		beginPxe(isBootServer) {
			if (profile.pxeXid === 'new') pxeXid = newXid();
			else pxeXid = profile.pxeXid === 'same-but-zero-for-boot-servers' && isBootServer ? 0 : dhcpXid;
			if (isBootServer && profile.secs === 'ipxe') count = 0;
		},
		movedOnByTimer() {
			if (profile.secs === 'ipxe') count++;
		},
		write(kind, to, facts, situation) {
			const isForDhcp = kind === 'discover' || kind === 'request';
			const { broadcast, broadcastWhenBound } = profile;
			count++;
			const bytes = encodeRequest(identity, kind, {
				xid: isForDhcp ? dhcpXid : pxeXid,
				secs: secs(kind, situation),
				broadcast: situation.address ? broadcastWhenBound : broadcast || (configured && broadcastWhenBound),
				...facts,
			});
			const port = isForDhcp || to.port === ports.server ? ports.client : profile.pxePort;
			return { from: { address: isForDhcp ? '0.0.0.0' : (situation.address ?? '0.0.0.0'), port }, to, bytes };
		},
	};
}
