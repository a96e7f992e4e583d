import { bootServerTargets, hasDiscoveryOptions } from './discovery.ts';
import { type FirmwareRules, fail, failureOf, type Knowledge, type Step, wait } from './rules.ts';
import type { ServerPacket } from './server-packet.ts';
import type { OfferClass } from './story.ts';

/**
 * The decisions of PXE 2.1 as EDK2 takes them (PxeBcDhcp4.c: PxeBcParseDhcp4Packet, PxeBcSelectDhcp4Offer,
 * PxeBcHandleDhcp4Offer; PxeBcBoot.c: PxeBcSelectBootPrompt, PxeBcDhcp4BootInfo).
 */
export const pxeRules: FirmwareRules = {
	classify,
	// All offers are heard until the wait is over.
	onOffer: () => wait,
	onDiscoverTimeout(known, isLast) {
		const chosen = choose(known);
		if (chosen) return chosen;
		return isLast ? failureOf(known.offers) : wait;
	},
	onBound,
	onPxeAnswer(known, answers) {
		const [answer] = answers;
		if (!answer) return wait;
		if (answer.address === undefined && hasDiscoveryOptions(answer)) return promptOrBoot(answer);
		if (answer.file !== undefined) return boot(answer, 'the answer from port 4011 names it');
		return nextProxy(known, 'the answer from port 4011 has neither a file nor a menu');
	},
	onPxeSilence: (known) => nextProxy(known, 'port 4011 did not answer'),
	onMenuChoice(_known, from, type) {
		if (type === 0) return fail('local-boot', 'the menu entry says: boot from the local disk');
		return bootServerTargets(from, type, false);
	},
	onBootServerAnswer(_known, answer) {
		return boot(answer, 'the boot server names it');
	},
};

function classify(packet: ServerPacket): OfferClass {
	const isProxy = packet.address === undefined;
	if (packet.type === undefined) return packet.file === undefined ? 'useless' : 'bootp';
	if (hasDiscoveryOptions(packet)) return isProxy ? 'proxy-with-menu' : 'dhcp-with-menu';
	// Multicast TFTP (43.1 to 43.5) is not supported: the offer is thrown away.
	if (packet.pxe.mtftpAddress !== undefined) return 'useless';
	if (packet.isPxe) return isProxy ? 'proxy-ask-4011' : 'dhcp-ask-4011';
	return isProxy ? 'useless' : 'dhcp';
}

/** Best first: PxeBcSelectDhcp4Offer. */
function choose({ offers, profile }: Knowledge): Step | undefined {
	const of = (wanted: OfferClass) => offers.filter((offer) => classify(offer) === wanted);
	const plain = of('dhcp')[0];
	const menuProxy = profile.quirks.dropsProxyMenus ? undefined : of('proxy-with-menu')[0];
	const askedProxies = of('proxy-ask-4011');
	const withMenu = of('dhcp-with-menu')[0];
	const toAsk = of('dhcp-ask-4011')[0];
	const accept = (offer: ServerPacket, proxies: readonly ServerPacket[], why: string): Step => ({
		kind: 'accept',
		offer,
		proxies,
		why,
	});
	if (withMenu) return accept(withMenu, [], 'an offer with an address and PXE discovery options comes first');
	if (plain && menuProxy) return accept(plain, [menuProxy], 'the address of a DHCP server, the menu of a proxy');
	if (toAsk) return accept(toAsk, [], 'the DHCP server says PXEClient: it is asked on port 4011');
	if (plain && askedProxies.length > 0) {
		return accept(plain, askedProxies, 'the address of a DHCP server; a proxy is asked on port 4011');
	}
	const withFile = of('dhcp').find(({ file }) => file !== undefined);
	if (withFile) return accept(withFile, [], 'a DHCP server names the boot file, and no proxy can be used');
	const bootp = of('bootp')[0];
	if (bootp) return accept(bootp, [], 'a BOOTP server names the boot file');
	if (plain && profile.quirks.requestsPlainOffer)
		return accept(plain, [], 'the only offer, with nothing to boot in it');
	return undefined;
}

function onBound(known: Knowledge): Step {
	const { choice, ack, profile } = known;
	if (!choice || !ack) return fail('no-ack', 'no address was confirmed');
	const { offer, proxies } = choice;
	const [proxy] = proxies;
	switch (classify(offer)) {
		case 'dhcp-with-menu':
			return promptOrBoot(ack);
		case 'dhcp-ask-4011':
			return profile.quirks.takesFileOfProxy && ack.file !== undefined
				? boot(ack, 'the DHCP server names it')
				: ask(offer);
		default:
			if (!proxy) return boot(ack, 'the DHCP server names it');
			if (classify(proxy) === 'proxy-with-menu') return promptOrBoot(proxy);
			if (profile.quirks.takesFileOfProxy && proxy.file !== undefined) return boot(proxy, 'the proxy names it');
			return ask(proxy);
	}
}

/** PxeBcRetryBinlOffer: siaddr, else option 54. */
function ask(offer: ServerPacket): Step {
	const address = offer.nextServer ?? offer.server;
	if (address === undefined) return fail('proxy-silent', 'the offer gives no address to ask on port 4011');
	return { kind: 'ask', address, server: offer.server, why: `asks ${address} on port 4011 for the boot file` };
}

function nextProxy({ choice, asked }: Knowledge, why: string): Step {
	const next = choice?.proxies[asked];
	return next ? ask(next) : fail('proxy-silent', why);
}

/** No prompt and no menu when discovery control says so and a file is there. */
function promptOrBoot(from: ServerPacket): Step {
	if (from.pxe.discoveryControl?.useBootFile && from.file !== undefined) {
		return boot(from, 'discovery control (43.6 bit 3) says to take the named file');
	}
	if (!from.pxe.bootMenu) return fail('menu-missing', 'option 43 has discovery options but no menu (43.9)');
	return { kind: 'menu', from };
}

/** PxeBcDhcp4BootInfo: the first listed server when bit 3 is set, else siaddr, else option 54. */
function boot(from: ServerPacket, why: string): Step {
	if (from.file === undefined) return fail('no-boot-file', 'the packet that should name a boot file has none');
	const listed = from.pxe.discoveryControl?.useBootFile ? from.pxe.bootServers?.[0]?.addresses[0] : undefined;
	const server = listed ?? from.nextServer ?? from.server;
	if (server === undefined) return fail('no-server-address', 'a file is named, but no server for it');
	return { kind: 'tftp', server, file: from.file, sizeKnown: from.option(13) !== undefined, why };
}
