/** Which console the client's errors are read on; the words differ. */
export type FirmwareConsole = 'uefi' | 'uefi-http' | 'bios' | 'ipxe' | 'u-boot' | 'raspberry-pi';

/** Why a boot failed, apart from the words of any firmware. */
export type FailureReason =
	/** No server answered the DISCOVER. */
	| 'no-offer'
	/** Only proxies answered: nobody gave an address. */
	| 'proxy-only'
	/** There were offers, but none with which the firmware goes on. */
	| 'no-usable-offer'
	/** The chosen server did not confirm the address. */
	| 'no-ack'
	/** Nobody named a boot file. */
	| 'no-boot-file'
	/** A file was named, but no server for it. */
	| 'no-server-address'
	/** Port 4011 of the chosen server was silent, or answered nothing useful. */
	| 'proxy-silent'
	/** Discovery control wants a menu, and there is none. */
	| 'menu-missing'
	/** Discovery control wants multicast, and there is no address for it. */
	| 'multicast-address-missing'
	/** The type chosen from the menu is not in the list of boot servers, or there is no list. */
	| 'server-list-missing'
	/** No boot server of the chosen type answered. */
	| 'boot-server-silent'
	/** The user, or the menu, said to boot from the local disk. */
	| 'local-boot'
	/** Nobody answered who has the server's (or the router's) address. */
	| 'arp-silent'
	/** A host or router said that the server, or its port, can't be reached. */
	| 'icmp-error'
	| 'tftp-silent'
	/** The transfer began, and then nothing more came. */
	| 'tftp-stalled'
	/** The server sent an ERROR. */
	| 'tftp-error'
	/** The server broke the protocol, or its answer can't be used. */
	| 'tftp-protocol'
	/** The server does not tell the size, which this firmware needs. */
	| 'tftp-no-size'
	/** The file is longer or shorter than announced, or longer than was allowed. */
	| 'tftp-size'
	/** The file came whole, and does not fit below 640 KiB. */
	| 'program-too-large'
	| 'http-failed'
	/** Not the firmware's: the simulation's own limit of time was reached. */
	| 'out-of-time';

/** A failure in the firmware's own words. */
export interface FirmwareError {
	readonly reason: FailureReason;
	/** `'PXE-E53'`; absent where the firmware has no code for it. */
	readonly code?: string | undefined;
	/** What stands on the console. */
	readonly text: string;
	/** What happened in this boot, in one sentence. */
	readonly why: string;
}

type ErrorLine = readonly [code: string | undefined, text: string];

/**
 * UEFI: EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcBoot.c. That silence is E18, and offers of no use are E16, was seen in OVMF:
 * test/interop/failures.test.ts.
 */
const uefi: Readonly<Record<FailureReason, ErrorLine>> = {
	'no-offer': ['PXE-E18', 'Server response timeout.'],
	'proxy-only': ['PXE-E16', 'No valid offer received.'],
	'no-usable-offer': ['PXE-E16', 'No valid offer received.'],
	'no-ack': ['PXE-E16', 'No valid offer received.'],
	'no-boot-file': ['PXE-E53', 'No boot filename received.'],
	'no-server-address': ['PXE-E99', 'Unexpected network error.'],
	'proxy-silent': ['PXE-E16', 'No valid offer received.'],
	'menu-missing': ['PXE-E21', 'Remote boot cancelled.'],
	'multicast-address-missing': ['PXE-E18', 'Server response timeout.'],
	'server-list-missing': ['PXE-E07', 'Network device error.'],
	'boot-server-silent': ['PXE-E18', 'Server response timeout.'],
	'local-boot': ['PXE-E21', 'Remote boot cancelled.'],
	'arp-silent': ['PXE-E18', 'Server response timeout.'],
	'icmp-error': ['PXE-E22', 'Client received ICMP error from server.'],
	'tftp-silent': ['PXE-E18', 'Server response timeout.'],
	'tftp-stalled': ['PXE-E18', 'Server response timeout.'],
	'tftp-error': ['PXE-E23', 'Client received TFTP error from server.'],
	'tftp-protocol': ['PXE-E99', 'Unexpected network error.'],
	'tftp-no-size': ['PXE-E53', 'No boot filename received.'],
	'tftp-size': ['PXE-E05', 'Download buffer is smaller than requested file.'],
	// UEFI has room for all.
	'program-too-large': [undefined, 'program-too-large'],
	'http-failed': ['PXE-E99', 'Unexpected network error.'],
	'out-of-time': [undefined, 'out of time'],
};

/** PC ROMs: the meanings that the vendors' lists of PXE errors give. */
const bios: Readonly<Record<FailureReason, ErrorLine>> = {
	...uefi,
	'no-offer': ['PXE-E51', 'No DHCP or proxyDHCP offers were received.'],
	'proxy-only': ['PXE-E52', 'proxyDHCP offers were received. No DHCP offers were received.'],
	'no-usable-offer': ['PXE-E53', 'No boot filename received.'],
	'no-ack': ['PXE-E51', 'No DHCP or proxyDHCP offers were received.'],
	'no-server-address': ['PXE-E11', 'ARP timeout.'],
	'proxy-silent': ['PXE-E55', 'proxyDHCP service did not reply to request on port 4011.'],
	'menu-missing': ['PXE-E74', 'Bad or missing PXE menu and/or prompt information.'],
	'multicast-address-missing': ['PXE-E76', 'Bad or missing multicast discovery address.'],
	'server-list-missing': ['PXE-E77', 'Bad or missing discovery server list.'],
	'boot-server-silent': ['PXE-E78', 'Could not locate boot server.'],
	'local-boot': ['PXE-M0F', 'Exiting PXE ROM.'],
	'arp-silent': ['PXE-E11', 'ARP timeout.'],
	'icmp-error': ['PXE-E32', 'TFTP open timeout.'],
	'tftp-silent': ['PXE-E32', 'TFTP open timeout.'],
	'tftp-stalled': ['PXE-E35', 'TFTP read timeout.'],
	'tftp-error': ['PXE-E38', 'TFTP cannot open connection.'],
	'tftp-protocol': ['PXE-E36', 'Error received from TFTP server.'],
	'tftp-no-size': ['PXE-E36', 'Error received from TFTP server.'],
	'tftp-size': ['PXE-E3A', 'Not enough memory to hold the file.'],
	// PC ROMs know no HTTP.
	'http-failed': [undefined, 'http-failed'],
	'program-too-large': ['PXE-E79', 'NBP is too big to fit in free base memory.'],
};

const withoutCodes = (lines: Readonly<Partial<Record<FailureReason, string>>>): typeof uefi =>
	Object.fromEntries(
		Object.keys(uefi).map((reason) => [reason, [undefined, lines[reason as FailureReason] ?? reason]]),
	) as unknown as typeof uefi;

const ipxe = withoutCodes({
	'no-offer': 'No configuration methods succeeded',
	'proxy-only': 'No configuration methods succeeded',
	'no-ack': 'No configuration methods succeeded',
	'no-usable-offer': 'No configuration methods succeeded',
	'no-boot-file': 'Nothing to boot: No such file or directory',
	'no-server-address': 'Nothing to boot: No such file or directory',
	'proxy-silent': 'Nothing to boot: No such file or directory',
	'boot-server-silent': 'Connection timed out',
	'server-list-missing': 'Connection timed out',
	'multicast-address-missing': 'Connection timed out',
	'local-boot': 'Booting from local disk',
	'arp-silent': 'Connection timed out',
	'icmp-error': 'Connection timed out',
	'tftp-silent': 'Connection timed out',
	'tftp-stalled': 'Connection timed out',
	'tftp-error': 'No such file or directory',
	'tftp-protocol': 'Invalid argument',
	'tftp-size': 'No space left on device',
	'http-failed': 'Input/output error',
});

const uBoot = withoutCodes({
	'no-offer': 'Retry time exceeded; starting again',
	'proxy-only': 'Retry time exceeded; starting again',
	'no-usable-offer': 'Retry time exceeded; starting again',
	'no-ack': 'Retry time exceeded; starting again',
	'no-server-address': "*** ERROR: `serverip' not set",
	'arp-silent': 'ARP Retry count exceeded; starting again',
	'tftp-silent': 'Retry count exceeded; starting again',
	'tftp-stalled': 'Retry count exceeded; starting again',
	'tftp-error': 'TFTP error',
});

const tables: Readonly<Record<FirmwareConsole, typeof uefi>> = {
	uefi,
	// HttpBootDxe prints no codes of this kind.
	'uefi-http': withoutCodes({ 'no-offer': 'Server response timeout.', 'no-usable-offer': 'Server response timeout.' }),
	bios,
	ipxe,
	'u-boot': uBoot,
	'raspberry-pi': withoutCodes({}),
};

/** ERROR codes of TFTP for which PC ROMs have a code of their own. */
const biosTftpErrors: Readonly<Record<number, ErrorLine>> = {
	1: ['PXE-E3B', 'TFTP error: file not found.'],
	2: ['PXE-E3C', 'TFTP error: access violation.'],
};

/**
 * The line on the console for a failure.
 *
 * @param tftpCode number of the ERROR that the server sent
 */
export function firmwareError(
	console: FirmwareConsole,
	reason: FailureReason,
	why: string,
	tftpCode?: number,
): FirmwareError {
	const special = console === 'bios' && reason === 'tftp-error' ? biosTftpErrors[tftpCode ?? 0] : undefined;
	const [code, text] = special ?? tables[console][reason];
	return { reason, code, text, why };
}
