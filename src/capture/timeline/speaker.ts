import type { DhcpPacket } from '../../dhcp/index.ts';
import { type BootClient, identifyClient } from '../../pxe/index.ts';
import { optionText } from '../../pxe/option-text.ts';
import type { StageKind } from './session.ts';

/** Which program speaks, as far as its own words tell. */
export interface Speaker {
	readonly kind: StageKind;
	readonly name: string;
	readonly client?: BootClient | undefined;
}

/** EDK2's NetworkPkg/UefiPxeBcDxe/PxeBcDhcp4.c asks for these first; Intel's ROM code for 11 and 16 between them. */
const edk2List = [1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 18, 22, 23, 28, 40, 41, 42, 43, 50, 51, 54, 58, 59, 60];

/** All that EDK2's IScsiDxe sends in a DISCOVER: NetworkPkg/IScsiDxe/IScsiDhcp.c. */
const iscsiDxe = { options: [53, 57, 55], list: [1, 3, 6] };

/** Systems by the beginning of the vendor class that they send, option 60. */
const systems: readonly (readonly [prefix: string, name: string])[] = [
	['udhcp', 'Linux (udhcpc)'],
	['Linux ipconfig', 'Linux (kernel or klibc ipconfig)'],
	['dhcpcd', 'Linux (dhcpcd)'],
	['systemd', 'Linux (systemd-networkd)'],
	['anaconda', 'Linux (anaconda)'],
	['d-i', 'Linux (Debian installer)'],
	['MSFT', 'Windows'],
	['FreeBSD', 'FreeBSD'],
	['OpenBSD', 'OpenBSD'],
	['android-dhcp', 'Android'],
	['dhcpcanon', 'Linux (dhcpcanon)'],
];

/** Who sends this DHCP packet. Answers of servers tell nothing. */
export function speakerOf(packet: DhcpPacket): Speaker {
	const client = identifyClient(packet);
	if (client) return { ...bootSpeaker(client, packet), client };
	const vendorClass = optionText(packet, 'vendorClassIdentifier');
	if (/^U-Boot/.test(vendorClass)) return { kind: 'loader', name: 'U-Boot' };
	if (/^AAPLBSDPC/.test(vendorClass)) return { kind: 'rom', name: 'Apple NetBoot' };
	if (packet.options.has('ipxeOptions')) return { kind: 'ipxe', name: 'iPXE' };
	const system = systems.find(([prefix]) => vendorClass.startsWith(prefix))?.[1];
	if (system) return { kind: 'kernel', name: system };
	if (isIscsiDxe(packet)) return { kind: 'rom', name: 'UEFI (EDK2) iSCSI' };
	if (!packet.options.has('messageType')) return { kind: 'rom', name: 'BOOTP client' };
	return {
		kind: 'kernel',
		name: vendorClass === '' ? 'operating system' : `operating system (${printable(vendorClass)})`,
	};
}

function bootSpeaker(client: BootClient, packet: DhcpPacket): Omit<Speaker, 'client'> {
	if (client.ipxe) {
		const name = client.userClasses.includes('gPXE') ? 'gPXE' : 'iPXE';
		const { version } = client.ipxe;
		return { kind: 'ipxe', name: version ? `${name} ${printable(version)}` : name };
	}
	if (isRaspberryPi(client)) return { kind: 'rom', name: 'Raspberry Pi boot ROM' };
	const { firmware } = client.architecture;
	if (firmware === 'u-boot') return { kind: 'loader', name: 'U-Boot' };
	const maker = firmware === 'uefi' && asksLikeEdk2(packet) ? 'UEFI (EDK2)' : firmwareNames[firmware];
	return {
		kind: 'rom',
		name: client.kind === 'http' ? `${maker} HTTP boot` : firmware === 'bios' ? `${maker} PXE ROM` : `${maker} PXE`,
	};
}

/** Blocks of the Raspberry Pi makers in the IEEE registry. The ROM calls itself a PC BIOS, `PXEClient:Arch:00000:UNDI:002001`. */
const raspberryPi = ['b8:27:eb', 'dc:a6:32', 'e4:5f:01', '28:cd:c1', 'd8:3a:dd', '2c:cf:67'];

function isRaspberryPi({ mac, arch }: BootClient): boolean {
	return arch === 0 && raspberryPi.includes(mac.slice(0, 8));
}

const firmwareNames = { bios: 'PC BIOS', uefi: 'UEFI', 'u-boot': 'U-Boot', other: 'firmware' } as const;

function requestList(packet: DhcpPacket): readonly number[] {
	return [...(packet.options.bytes('parameterRequestList') ?? [])];
}

function asksLikeEdk2(packet: DhcpPacket): boolean {
	const list = requestList(packet);
	return edk2List.every((code, place) => list[place] === code);
}

function isIscsiDxe(packet: DhcpPacket): boolean {
	const codes = packet.options
		.entries()
		.map(({ code }) => code)
		.filter((code) => code !== 50 && code !== 54);
	return codes.join() === iscsiDxe.options.join() && requestList(packet).join() === iscsiDxe.list.join();
}

/** Names go to terminals: what a client made up must not move the cursor. */
function printable(text: string): string {
	return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 60);
}
