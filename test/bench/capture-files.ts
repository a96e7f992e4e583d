import { readdirSync } from 'node:fs';
import { type CaptureFrame, readCapture, writePcap } from 'pxekit/capture';
import { fixtureBytes } from '../support/fixtures.ts';

/**
 * The DHCP and TFTP frames of all captured boots, over and over, up to about so many bytes. Each time round the clients have other
 * transaction ids: a machine that asks a million times with the same one is no capture that anybody has.
 */
export function bootTraffic(bytes: number): Uint8Array {
	const captured = readdirSync(new URL('../../fixtures/captures/', import.meta.url))
		.filter((file) => file.endsWith('.pcap'))
		.sort()
		.flatMap((file) => bootFrames(readCapture(fixtureBytes(`captures/${file}`)).frames));
	const frames: { time: bigint; data: Uint8Array; originalLength: number }[] = [];
	let time = 1_700_000_000_000_000_000n;
	for (let size = 0, round = 0; size < bytes; round++) {
		for (const { data, originalLength } of captured) {
			time += 10_000n;
			const changed = isDhcp(data) ? withTransactionId(data, round) : data;
			frames.push({ time, data: changed, originalLength });
			size += 16 + data.length;
		}
	}
	return writePcap(frames);
}

const udpPorts = (data: Uint8Array): number[] =>
	data[12] === 8 && data[13] === 0 && data[23] === 17
		? [((data[34] as number) << 8) | (data[35] as number), ((data[36] as number) << 8) | (data[37] as number)]
		: [];

const isDhcp = (data: Uint8Array): boolean => udpPorts(data).some((port) => port === 67 || port === 68);

/** DHCP, and all that goes between ports that asked for a file. */
function bootFrames(frames: readonly CaptureFrame[]): CaptureFrame[] {
	const clients = new Set<number>();
	return frames.filter(({ data }) => {
		const [from = 0, to = 0] = udpPorts(data);
		if (to === 69) clients.add(from);
		return isDhcp(data) || clients.has(from) || clients.has(to);
	});
}

function withTransactionId(data: Uint8Array, round: number): Uint8Array {
	const copy = data.slice();
	// After Ethernet, IPv4 and UDP headers without options; the UDP checksum is taken out, as RFC 768 allows.
	copy.set([round >> 16, round >> 8, round], 14 + 20 + 8 + 4);
	copy.set([0, 0], 14 + 20 + 6);
	return copy;
}
