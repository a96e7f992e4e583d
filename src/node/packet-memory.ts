import { encodeTftp, type TftpPacket, writeTftpData } from '../tftp/packet.ts';

const slabSize = 64 * 1024;

/** Turns packets into datagrams. */
export interface PacketMemory {
	encode(packet: TftpPacket): Uint8Array;
}

/**
 * Cuts DATA packets out of larger stretches of memory, which costs a tenth of an allocation each. No stretch is ever
 * written twice: the system may hold on to a datagram after `send` has returned.
 */
export function createPacketMemory(): PacketMemory {
	let slab = Buffer.alloc(0);
	let at = 0;
	return {
		encode(packet) {
			if (packet.kind !== 'data') return encodeTftp(packet);
			const length = 4 + packet.data.length;
			if (at + length > slab.length) {
				slab = Buffer.allocUnsafeSlow(Math.max(slabSize, length));
				at = 0;
			}
			const start = at;
			at += writeTftpData(packet, slab, start);
			return slab.subarray(start, at);
		},
	};
}
