import { bootServerTargets } from './discovery.ts';
import { type FirmwareRules, fail, failureOf, type Knowledge, type Step, wait } from './rules.ts';
import type { ServerPacket } from './server-packet.ts';

/** How long iPXE leaves a proxy to answer: DHCP_DISC_PROXY_TIMEOUT_SEC. */
const proxyWait = 2000;

/** The decisions of iPXE: src/net/udp/dhcp.c, src/usr/autoboot.c, src/usr/pxemenu.c. */
export const ipxeRules: FirmwareRules = {
	classify(packet) {
		if (packet.type === undefined) return 'bootp';
		if (packet.address === undefined) {
			if (!packet.isPxe) return 'useless';
			return hasPxeOptions(packet) ? 'proxy-with-menu' : 'proxy-ask-4011';
		}
		return packet.isPxe ? (packet.pxe.bootMenu ? 'dhcp-with-menu' : 'dhcp-ask-4011') : 'dhcp';
	},
	onOffer(known) {
		const { offer, proxy } = best(known);
		if (!offer) return wait;
		if (ignoresProxies(offer)) return accept(offer, undefined, 'option 175.176 says not to wait for a proxy');
		if (proxy) return accept(offer, proxy, 'an address, and a proxy has answered');
		return known.elapsed > proxyWait ? accept(offer, undefined, 'an address, and no proxy within two seconds') : wait;
	},
	onDiscoverTimeout(known, isLast) {
		const step = this.onOffer(known);
		return step.kind === 'wait' && isLast ? failureOf(known.offers) : step;
	},
	onBound(known) {
		const proxy = known.choice?.proxies[0];
		if (!proxy || hasPxeOptions(proxy)) return afterDhcp(known, proxy);
		const address = proxy.server;
		if (address === undefined) return afterDhcp(known, undefined);
		return {
			kind: 'ask',
			address,
			server: address,
			why: `the proxy's offer lacks a server and file, and a menu: asks ${address} on port 4011`,
		};
	},
	onPxeAnswer(known, answers) {
		const answer = answers.find((packet) => packet.type === 'ACK' && hasPxeOptions(packet));
		return answer ? afterDhcp(known, answer) : wait;
	},
	// iPXE goes on with what DHCP gave it.
	onPxeSilence: (known) => afterDhcp(known, undefined),
	onMenuChoice(_known, from, type) {
		if (type === 0) return fail('local-boot', 'the menu entry says: boot from the local disk');
		return bootServerTargets(from, type, true);
	},
	onBootServerAnswer(_known, answer) {
		return fetch(answer, 'the boot server names it') ?? fail('no-boot-file', 'the boot server names no file');
	},
};

/** dhcp_has_pxeopts: a server and a file, or a menu. A file alone is not enough. */
function hasPxeOptions({ nextServer, file, pxe }: ServerPacket): boolean {
	return (nextServer !== undefined && file !== undefined) || pxe.bootMenu !== undefined;
}

function ipxeOption({ option }: ServerPacket, code: number): number {
	const block = option(175) ?? new Uint8Array(0);
	for (let at = 0; at + 1 < block.length && block[at] !== 255; ) {
		if (block[at] === 0) at++;
		else {
			if (block[at] === code) return block[at + 1] ? (block[at + 2] ?? 0) : 0;
			at += 2 + (block[at + 1] as number);
		}
	}
	return 0;
}

/** 175.1, a signed byte: the highest wins, and of equals the last. */
function priority(packet: ServerPacket): number {
	const value = ipxeOption(packet, 1);
	return value > 127 ? value - 256 : value;
}

const ignoresProxies = (packet: ServerPacket) => ipxeOption(packet, 176) !== 0;

function best({ offers }: Knowledge): { offer: ServerPacket | undefined; proxy: ServerPacket | undefined } {
	let offer: ServerPacket | undefined;
	let proxy: ServerPacket | undefined;
	for (const packet of offers) {
		const rank = priority(packet);
		const isOffer = packet.type === undefined || packet.type === 'OFFER';
		if (packet.address && packet.from.port === 67 && isOffer && rank >= (offer ? priority(offer) : -128))
			offer = packet;
		if (packet.isPxe && packet.server && rank >= (proxy ? priority(proxy) : -128)) proxy = packet;
	}
	return { offer, proxy };
}

function accept(offer: ServerPacket, proxy: ServerPacket | undefined, why: string): Step {
	return { kind: 'accept', offer, proxies: proxy ? [proxy] : [], why };
}

/** pxe_menu_boot first, then the file of whichever packet has one, with that packet's server; then the root path. */
function afterDhcp({ ack }: Knowledge, proxy: ServerPacket | undefined): Step {
	const packets = [ack, proxy].filter((packet) => packet !== undefined);
	const menu = packets.find((packet) => packet.isPxe && packet.pxe.bootMenu);
	if (menu && !(menu.pxe.discoveryControl?.useBootFile && menu.file !== undefined)) return { kind: 'menu', from: menu };
	for (const packet of packets) {
		const step = fetch(packet, packet === ack ? 'the DHCP server names it' : 'the proxy names it');
		if (step) return step;
	}
	const rootPath = packets.map((packet) => packet.packet.options.tryGet('rootPath')).find(Boolean);
	if (rootPath) return { kind: 'san', uri: rootPath, why: 'no file, but a root path (option 17)' };
	return fail('no-boot-file', 'neither DHCP nor a proxy gave a file together with its server');
}

function fetch({ file, nextServer }: ServerPacket, why: string): Step | undefined {
	if (file === undefined) return undefined;
	const url = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)\/?(.*)$/i.exec(file);
	if (url && /^https?$/i.test(url[1] ?? '')) return { kind: 'http', url: file, why };
	const tftp = (server: string, name: string): Step => ({ kind: 'tftp', server, file: name, sizeKnown: false, why });
	if (url && /^tftp$/i.test(url[1] ?? '')) return tftp(url[2] ?? '', url[3] ?? '');
	return nextServer === undefined ? undefined : tftp(nextServer, file);
}
