import { isIpv4 } from '../wire/ipv4.ts';
import { decodeUtf8Lossy, untilNul } from '../wire/text.ts';
import { type FirmwareRules, fail, failureOf, type Knowledge, type Step, wait } from './rules.ts';
import type { ServerPacket } from './server-packet.ts';
import type { OfferClass } from './story.ts';

const isOffer = ({ type }: ServerPacket) => type === 'OFFER';

/** The decisions that firmware without menus and port 4011 never takes. */
const noPxe: Pick<FirmwareRules, 'onPxeAnswer' | 'onPxeSilence' | 'onMenuChoice' | 'onBootServerAnswer'> = {
	onPxeAnswer: () => wait,
	onPxeSilence: () => fail('proxy-silent', 'port 4011 did not answer'),
	onMenuChoice: () => fail('local-boot', 'this firmware shows no menu'),
	onBootServerAnswer: () => fail('boot-server-silent', 'this firmware asks no boot server'),
};

function plainClass({ address, isPxe }: ServerPacket): OfferClass {
	if (address !== undefined) return 'dhcp';
	return isPxe ? 'proxy-ask-4011' : 'useless';
}

/** U-Boot takes the first OFFER with an address: net/bootp.c. */
export const uBootRules: FirmwareRules = {
	...noPxe,
	classify: plainClass,
	onOffer({ offers }) {
		const offer = offers.find((packet) => packet.address !== undefined && isOffer(packet));
		return offer ? { kind: 'accept', offer, proxies: [], why: 'the first offer with an address' } : wait;
	},
	onDiscoverTimeout: ({ offers }, isLast) => (isLast ? failureOf(offers) : wait),
	onBound({ ack, ownFile }) {
		if (!ack) return fail('no-ack', 'no address was confirmed');
		const file = ack.file ?? ownFile;
		if (file === undefined) return fail('no-boot-file', 'neither the server nor the environment names a file');
		// Option 66 is not read.
		if (ack.nextServer === undefined) return fail('no-server-address', 'the server left siaddr empty');
		return {
			kind: 'tftp',
			server: ack.nextServer,
			file,
			sizeKnown: false,
			why: ack.file === undefined ? 'no file was named: its own default' : 'the DHCP server names it',
		};
	},
};

/** UEFI HTTP boot: HttpBootDhcp4.c, HttpBootSelectDhcpOffer. */
export const httpRules: FirmwareRules = {
	...noPxe,
	classify(packet) {
		const isProxy = packet.address === undefined;
		if (packet.isHttp && uriOf(packet)) return isProxy ? 'proxy-http' : 'http';
		return isProxy ? 'useless' : 'dhcp';
	},
	onOffer: () => wait,
	onDiscoverTimeout({ offers }, isLast) {
		const of = (wanted: OfferClass) => offers.find((offer) => this.classify(offer) === wanted);
		const whole = of('http');
		const plain = of('dhcp');
		const proxy = of('proxy-http');
		if (whole)
			return { kind: 'accept', offer: whole, proxies: [], why: 'an address, HTTPClient and a URI in one offer' };
		if (plain && proxy) {
			return {
				kind: 'accept',
				offer: plain,
				proxies: [proxy],
				why: 'the address of a DHCP server, the URI of a proxy',
			};
		}
		return isLast ? failureOf(offers) : wait;
	},
	onBound({ choice, ack }) {
		const [proxy] = choice?.proxies ?? [];
		const url = proxy ? uriOf(proxy) : ack && (uriOf(ack) ?? (choice && uriOf(choice.offer)));
		if (!url) return fail('no-boot-file', 'no URI in option 67');
		return { kind: 'http', url, why: proxy ? 'the proxy names it' : 'the DHCP server names it' };
	},
};

function uriOf({ file }: ServerPacket): string | undefined {
	return file !== undefined && /^https?:\/\/[^/]/i.test(file) ? file : undefined;
}

/** What the reports say of the Raspberry Pi: it wants the words in a menu, and takes its server from option 66. */
export const raspberryPiRules: FirmwareRules = {
	...noPxe,
	classify(packet) {
		if (packet.address === undefined) return saysRaspberryPi(packet) ? 'proxy-with-menu' : 'useless';
		return saysRaspberryPi(packet) ? 'dhcp-with-menu' : 'dhcp';
	},
	onOffer: () => wait,
	onDiscoverTimeout({ offers }, isLast) {
		const withAddress = offers.filter(({ address }) => address !== undefined);
		const whole = withAddress.find(saysRaspberryPi);
		if (whole) {
			return { kind: 'accept', offer: whole, proxies: [], why: 'an address and the words "Raspberry Pi Boot" (43.9)' };
		}
		const proxy = offers.find(saysRaspberryPi);
		const [offer] = withAddress;
		if (offer && proxy) {
			return {
				kind: 'accept',
				offer,
				proxies: [proxy],
				why: 'an address, and a proxy says "Raspberry Pi Boot" (43.9)',
			};
		}
		return isLast ? failureOf(offers) : wait;
	},
	onBound: (known) => raspberryPiFile(known),
};

function saysRaspberryPi({ pxe }: ServerPacket): boolean {
	return pxe.bootMenu?.some(({ text }) => text.startsWith('Raspberry Pi Boot')) ?? false;
}

function raspberryPiFile({ ack, choice, serial, ownFile }: Knowledge): Step {
	if (!ack || !choice) return fail('no-ack', 'no address was confirmed');
	const inOption = ack.option(66);
	const name = inOption && decodeUtf8Lossy(untilNul(inOption));
	const server = name !== undefined && isIpv4(name) ? name : (ack.nextServer ?? ack.server);
	if (server === undefined) return fail('no-server-address', 'no address in option 66, siaddr or option 54');
	const file = `${serial === undefined ? '' : `${serial}/`}${ownFile ?? 'start4.elf'}`;
	const why = 'its own file name, in a folder of its serial number when that is known';
	return { kind: 'tftp', server, file, sizeKnown: false, why };
}
