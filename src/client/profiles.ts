import type { BootClientProfile, BootClientProfileName, TftpHabits } from './profile.ts';

const zeroUuid = '00000000-0000-0000-0000-000000000000';

/** Parameter request list of UEFI: PxeBcDhcp4.c and HttpBootDhcp4.c of EDK2. */
const edk2List = '0102030405060c0d0f111216171c28292a2b3233363a3b3c4243618081828384858687';
const ipxeList = '010306070c0f111a2b3c4243778081828384858687afcb';
const romList = '0102030405060b0c0d0f10111216171c28292a2b3233363a3b3c42438081828384858687';

/** Option 60 as its bytes in hexadecimal. */
function vendorClass(text: string): string {
	return Array.from(text, (letter) => letter.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

const seconds = (...list: readonly number[]) => list.map((second) => second * 1000);
const blksize = (value: number) => ({ name: 'blksize', value: String(value) });
const tsize = { name: 'tsize', value: '0' };
const windowsize = { name: 'windowsize', value: '4' };

const edk2Tftp: TftpHabits = {
	sizeRequest: [tsize, blksize(1468), windowsize],
	readRequest: [blksize(1468), windowsize],
	sizeAbort: 'User aborted the transfer',
	ignoresUnaskedOptions: false,
	anyServerAddress: false,
	// PxeBcImpl.h: 4 seconds, 6 tries.
	timing: { initialTimeout: 4000, minTimeout: 4000, maxTimeout: 4000, firstGiveUpAfter: 24_000, giveUpAfter: 24_000 },
};

const ipxeTftp: TftpHabits = {
	readRequest: [blksize(1432), tsize],
	sizeAbort: '',
	ignoresUnaskedOptions: true,
	anyServerAddress: true,
	// net/retry.c: 0.25 seconds, doubled up to 10.
	timing: { initialTimeout: 250, minTimeout: 250, maxTimeout: 10_000, firstGiveUpAfter: 25_000, giveUpAfter: 25_000 },
};

const edk2: BootClientProfile = {
	name: 'edk2',
	description: 'UEFI PXE over IPv4 as EDK2 has it since 2017: OVMF, most servers and laptops',
	source: 'captures of OVMF 2022.11; NetworkPkg/UefiPxeBcDxe/PxeBcDhcp4.c, PxeBcBoot.c',
	family: 'pxe',
	console: 'uefi',
	packets: {
		discover: { options: [53, 57, 55, 97, 94, 93, 60] },
		// The callback that writes 1472 into option 57 is not called for a REQUEST (PxeBcDhcp4CallBack).
		request: { options: [53, 54, 50, 57, 55, 97, 94, 93, 60], values: { 57: 'ff00' } },
		pxeRequest: { options: [53, 55, 57, 60, 93, 94, 97] },
		bootServerRequest: { options: [43, 53, 55, 57, 60, 93, 94, 97] },
	},
	values: {
		55: edk2List,
		57: '05c0',
		60: vendorClass('PXEClient:Arch:00007:UNDI:003000'),
		93: '0007',
		94: '010300',
	},
	broadcast: true,
	broadcastWhenBound: false,
	minLength: 0,
	secs: 'elapsed',
	machineIdentifier: { order: 'le', default: zeroUuid },
	discoverWaits: seconds(4, 8, 16, 32),
	requestWaits: seconds(4, 8, 16, 32),
	pxeWaits: seconds(1, 2, 3, 4),
	bootServerWaits: seconds(1, 2, 3, 4),
	collectsPxeAnswers: true,
	pxePort: 4011,
	pxeXid: 'new',
	refuses: { noEnd: true, emptyOptions: true, longerThan: 1472, noServerIdentifier: true, otherPorts: true },
	readsOverload: true,
	fileFirst: 'option67',
	quirks: {},
	tftp: edk2Tftp,
	httpHeaders: [],
};

const ipxeBios: BootClientProfile = {
	name: 'ipxe-bios',
	description: 'iPXE in the ROM of a network card, started by a PC BIOS',
	source: 'captures of the iPXE ROMs of QEMU (2019); src/net/udp/dhcp.c, src/usr/pxemenu.c, autoboot.c',
	family: 'ipxe',
	console: 'ipxe',
	packets: {
		discover: { options: [53, 57, 93, 94, 60, 77, 55, 175, 61, 97] },
		request: { options: [53, 57, 93, 94, 60, 77, 55, 175, 61, 97, 54, 50] },
		pxeRequest: { options: [53, 57, 93, 94, 60, 77, 55, 175, 61, 97, 54] },
		bootServerRequest: {
			options: [53, 57, 93, 94, 60, 77, 55, 175, 61, 97, 43],
			values: { 60: vendorClass('PXEClient') },
		},
	},
	values: {
		55: ipxeList,
		57: '05c0',
		60: vendorClass('PXEClient:Arch:00000:UNDI:002001'),
		77: vendorClass('iPXE'),
		93: '0000',
		94: '010201',
		// Bus id of an Intel 82540EM (8086:100e), version 1.0.0, and the features of the build.
		175: 'b105018086100e eb03010000 170101 220101 130101 110101 270101 190101 290101 100102 210101 150101 180101 120101',
	},
	broadcast: false,
	broadcastWhenBound: true,
	minLength: 0,
	secs: 'ipxe',
	machineIdentifier: { order: 'le', default: zeroUuid },
	discoverWaits: seconds(1, 2, 4, 8),
	// src/config/dhcp.h: from 0.25 seconds on, through that of 8 seconds.
	requestWaits: [250, 500, 1000, 2000, 4000, 8000],
	// On with what there is at the first wait that ends after more than 2 seconds.
	pxeWaits: [250, 500, 1000, 2000],
	// From one second on; to the next server at the first wait that ends after more than 3 seconds.
	bootServerWaits: seconds(1, 2, 4),
	collectsPxeAnswers: false,
	pxePort: 68,
	pxeXid: 'same-but-zero-for-boot-servers',
	refuses: { noEnd: false, emptyOptions: false, longerThan: 1472, noServerIdentifier: false, otherPorts: false },
	readsOverload: false,
	fileFirst: 'field',
	quirks: {},
	tftp: ipxeTftp,
	httpHeaders: [],
};

const profileRows: readonly BootClientProfile[] = [
	edk2,
	{
		...edk2,
		name: 'edk2-2016',
		description: 'UEFI PXE before April 2017 (Dell R430 and its time): throws proxy offers with a menu away',
		source: 'PxeBcDhcp4.c before its commit 8cdd559be6, tianocore/edk2#6944',
		quirks: { dropsProxyMenus: true },
	},
	{
		...edk2,
		name: 'edk2-http',
		description: 'UEFI HTTP boot over IPv4',
		source: 'captures of OVMF 2022.11; NetworkPkg/HttpBootDxe/HttpBootDhcp4.c',
		family: 'http',
		console: 'uefi-http',
		packets: { ...edk2.packets, request: { options: [53, 54, 50, 57, 55, 97, 94, 93, 60] } },
		values: {
			...edk2.values,
			// One entry of the list is never set: HttpBootDhcp4.c.
			55: '0102030405060c0d0f111216171c28292a2b3233363a3b3c??4361',
			60: vendorClass('HTTPClient:Arch:00016:UNDI:003000'),
			93: '0010',
		},
		httpHeaders: [
			['Accept', '*/*'],
			['User-Agent', 'UefiHttpBoot/1.0'],
		],
	},
	ipxeBios,
	{
		...ipxeBios,
		name: 'ipxe-efi',
		description: 'iPXE as a UEFI program: ipxe.efi',
		source: 'captures of ipxe.efi (Debian 1.0.0+git-20190125)',
		values: {
			...ipxeBios.values,
			60: vendorClass('PXEClient:Arch:00007:UNDI:003010'),
			93: '0007',
			94: '01030a',
			175: 'b105011af41000 eb03010000 170101 240101 130101 110101 270101 290101 150101 1b0101 120101',
		},
	},
	{
		...edk2,
		name: 'intel-undi-2.1',
		description: 'The PXE ROM of a PC network card, UNDI 2.1: Intel Boot Agent and its kin',
		source: 'a capture of an ASRock board by others; PXE 2.1 chapters 2 and 3. Timers and TFTP from the texts only',
		console: 'bios',
		packets: {
			discover: { options: [53, 55, 57, 97, 93, 94, 60] },
			request: { options: [53, 50, 55, 57, 54, 97, 93, 94, 60] },
			pxeRequest: { options: [53, 55, 57, 97, 93, 94, 60] },
			bootServerRequest: { options: [53, 55, 57, 97, 93, 94, 60, 43] },
		},
		values: {
			55: romList,
			57: '04ec',
			60: vendorClass('PXEClient:Arch:00000:UNDI:002001'),
			93: '0000',
			94: '010201',
		},
		minLength: 548,
		secs: 'fours',
		pxeXid: 'same',
		collectsPxeAnswers: false,
		refuses: { noEnd: false, emptyOptions: false, longerThan: 1232, noServerIdentifier: true, otherPorts: true },
		quirks: { takesFileOfProxy: true, requestsPlainOffer: true },
		fileFirst: 'field',
		tftp: {
			...edk2Tftp,
			sizeRequest: [tsize],
			readRequest: [blksize(1456)],
			sizeAbort: 'TFTP Aborted',
			ignoresUnaskedOptions: true,
		},
	},
	{
		...ipxeBios,
		name: 'u-boot',
		description: 'U-Boot on 32-bit ARM, its classic network stack',
		source: 'a capture of U-Boot 2023.01; net/bootp.c, net/tftp.c',
		family: 'u-boot',
		console: 'u-boot',
		packets: {
			discover: { options: [53, 57, 93, 94, 60, 97, 55] },
			request: { options: [53, 57, 54, 50, 93, 94, 60, 97, 55] },
			pxeRequest: { options: [] },
			bootServerRequest: { options: [] },
		},
		values: { 55: '0103060c11', 57: '0240', 60: vendorClass('U-Boot.armv7'), 93: '0015', 94: '010000' },
		broadcastWhenBound: false,
		minLength: 300,
		secs: 'elapsed',
		machineIdentifier: { order: 'be', default: undefined },
		// net/bootp.c: 0.25 seconds, doubled up to 2, for 28 seconds in all.
		discoverWaits: [250, 500, 1000, ...Array.from({ length: 13 }, () => 2000)],
		requestWaits: [250, 500, 1000, 2000],
		refuses: { noEnd: false, emptyOptions: false, longerThan: 1472, noServerIdentifier: false, otherPorts: true },
		fileFirst: 'option67',
		tftp: {
			...ipxeTftp,
			readRequest: [{ name: 'timeout', value: '5' }, blksize(1468)],
			// net/tftp.c: every 5 seconds, ten times more.
			timing: {
				initialTimeout: 5000,
				minTimeout: 5000,
				maxTimeout: 5000,
				firstGiveUpAfter: 55_000,
				giveUpAfter: 55_000,
			},
		},
		ownFile: 'boot.scr.uimg',
	},
	{
		...ipxeBios,
		name: 'raspberry-pi-4',
		description: 'Raspberry Pi 4: the bootloader in its EEPROM',
		source:
			'a DISCOVER of a Raspberry Pi 3 by others; raspberrypi/firmware#801, #1265, raspberrypi/rpi-eeprom#87, #103',
		family: 'raspberry-pi',
		console: 'raspberry-pi',
		packets: {
			discover: { options: [53, 55, 93, 94, 97, 60] },
			request: { options: [53, 55, 54, 50, 93, 94, 97, 60] },
			pxeRequest: { options: [] },
			bootServerRequest: { options: [] },
		},
		values: {
			55: '2b3c438081828384858687420103',
			60: vendorClass('PXEClient:Arch:00000:UNDI:002001'),
			93: '0000',
			94: '010201',
		},
		broadcastWhenBound: false,
		secs: 'elapsed',
		discoverWaits: seconds(4, 8, 16, 32),
		requestWaits: seconds(4, 8, 16, 32),
		refuses: { noEnd: false, emptyOptions: false, longerThan: 1472, noServerIdentifier: false, otherPorts: true },
		quirks: { siaddrInRequest: true },
		tftp: { ...ipxeTftp, readRequest: [tsize, blksize(1024)] },
		ownFile: 'start4.elf',
	},
];

/**
 * The firmware that can be played: what each sends, option by option, how long it waits, and what is peculiar to it.
 * `source` says what a row rests on; rows without a capture of their own are as good as the texts that they name.
 *
 * @example
 * ```ts
 * import { bootClientProfiles } from 'pxekit/client';
 *
 * bootClientProfiles.map(({ name }) => name).includes('edk2'); // => true
 * bootClientProfiles.find(({ name }) => name === 'edk2')?.discoverWaits; // => [4000, 8000, 16000, 32000]
 * ```
 */
export const bootClientProfiles: readonly BootClientProfile[] = profileRows;

/** The row of that name. */
export function profileOf(name: BootClientProfileName): BootClientProfile | undefined {
	return profileRows.find((row) => row.name === name);
}
