import { type TftpPacket, tftpOptions } from '../../tftp/index.ts';
import type { DecodedFrame } from '../frames/frame.ts';

/** A packet that may belong to a transfer whose request was not captured. */
export interface MidwayPacket {
	readonly frame: DecodedFrame;
	readonly packet: TftpPacket;
}

/** Looks for transfers that were under way when the capture began. */
export interface MidwaySearch {
	/** The packets of a transfer, in order, once they can hardly be anything else; the first goes from the side that sends the file, or from the server. */
	observe(frame: DecodedFrame, packet: TftpPacket): readonly MidwayPacket[] | undefined;
}

interface Candidate {
	/** Of the newest DATA. */
	block: number;
	readonly length: number;
	/** Steps that went as in a transfer. */
	score: number;
	acknowledged: boolean;
	readonly packets: MidwayPacket[];
}

const mostCandidates = 64;
const mostPackets = 16;
const enough = 4;

/**
 * Ports tell nothing here. What does: DATA that counts up by one in blocks of one length, and ACKs from the other side with the same
 * numbers; or an OACK with options that TFTP has; or port 69.
 */
export function createMidwaySearch(ports: ReadonlySet<number>): MidwaySearch {
	const candidates = new Map<string, Candidate>();

	function observeData(packet: MidwayPacket, key: string, block: number, length: number): Candidate {
		const known = candidates.get(key);
		const next = known && block === ((known.block + 1) & 0xffff) && length <= known.length;
		if (known && (next || block === known.block)) {
			if (next) known.score++;
			known.block = block;
			keep(known, packet);
			return known;
		}
		const fresh = { block, length, score: 0, acknowledged: false, packets: [packet] };
		candidates.delete(key);
		candidates.set(key, fresh);
		if (candidates.size > mostCandidates) candidates.delete(candidates.keys().next().value as string);
		return fresh;
	}

	function keep(candidate: Candidate, packet: MidwayPacket): void {
		candidate.packets.push(packet);
		// The first stays: it tells the direction.
		if (candidate.packets.length > mostPackets) candidate.packets.splice(1, 1);
	}

	return {
		observe(frame, packet) {
			const { ip, udp } = frame;
			if (!ip || !udp) return undefined;
			const from = `${ip.source}|${udp.sourcePort}`;
			const to = `${ip.destination}|${udp.destinationPort}`;
			if (packet.kind === 'oack') return isOack(packet.options) ? [{ frame, packet }] : undefined;
			if (packet.kind === 'data') {
				const candidate = observeData({ frame, packet }, `${from}>${to}`, packet.block, packet.data.length);
				const isKnownPort = ports.has(udp.sourcePort) || ports.has(udp.destinationPort);
				if (!isKnownPort && !(candidate.acknowledged && candidate.score >= enough)) return undefined;
				candidates.delete(`${from}>${to}`);
				return candidate.packets;
			}
			if (packet.kind !== 'ack' || frame.payload.length > 5) return undefined;
			const candidate = candidates.get(`${to}>${from}`);
			if (candidate?.block !== packet.block) return undefined;
			candidate.acknowledged = true;
			if (frame.copyOf === undefined) candidate.score += 2;
			keep(candidate, { frame, packet });
			if (candidate.score < enough) return undefined;
			candidates.delete(`${to}>${from}`);
			return candidate.packets;
		},
	};
}

function isOack(options: readonly { name: string; value: string }[]): boolean {
	const known = ({ name, value }: { name: string; value: string }) =>
		/^\d{1,12}$/.test(value) && tftpOptions.some((row) => row.name === name.toLowerCase());
	return options.length > 0 && options.every(known);
}
