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
	let slab = new ArrayBuffer(0);
	let bytes = new Uint8Array(slab);
	let at = 0;
	return {
		encode(packet) {
			if (packet.kind !== 'data') return encodeTftp(packet);
			const length = 4 + packet.data.length;
			if (at + length > bytes.length) {
				slab = new ArrayBuffer(Math.max(slabSize, length));
				bytes = new Uint8Array(slab);
				at = 0;
			}
			const start = at;
			at += writeTftpData(packet, bytes, start);
			return new Uint8Array(slab, start, length);
		},
	};
}
