import type { FailureReason } from 'pxekit/client';
import type { FirmwareName } from './firmware.ts';

/** A network in which a machine does not boot, and what shows why. */
export interface Failure {
	/** What is wrong. */
	readonly name: string;
	/** How a diagnosis calls it. */
	readonly code: string;
	readonly firmware: FirmwareName;
	/** What the DHCP server on the boot host is told beside its addresses, in dnsmasq's options. */
	readonly dhcp?: readonly string[];
	/** Options of a dnsmasq that gives out no addresses. */
	readonly proxy?: readonly string[];
	/** UDP ports of the boot host that a firewall keeps everything from. */
	readonly closedPorts?: string;
	/** What the firmware says of it, and nothing else does. */
	readonly message: string;
	/** Why, in the terms of a simulated client; it knows nothing of what becomes of a file. */
	readonly reason: FailureReason | undefined;
	/** When it is over: what stands on the serial port then. */
	readonly until: string | RegExp;
	/** Display filters of tshark that each let packets of the capture through. */
	readonly seen: readonly string[];
	/** Such that let none through. */
	readonly unseen: readonly string[];
}

/** The network alone: what is wrong in it, and what passes in it whatever the firmware. */
type Network = Omit<Failure, 'firmware' | 'message' | 'reason' | 'until'>;

const noDhcpServer: Network = {
	name: 'no-dhcp-server',
	code: 'no-offer',
	seen: ['dhcp.option.dhcp == 1'],
	unseen: ['dhcp.type == 2', 'dhcp.option.dhcp == 3'],
};

const proxyOnly = (service: string): Network => ({
	name: 'proxy-only',
	code: 'proxy-only',
	proxy: ['--dhcp-range=10.77.0.0,proxy', `--pxe-service=${service}`],
	seen: ['dhcp.option.dhcp == 2 && dhcp.ip.your == 0.0.0.0 && dhcp.option.vendor_class_id == "PXEClient"'],
	unseen: ['dhcp.option.dhcp == 3', 'dhcp.ip.your != 0.0.0.0'],
});

const anyFilename = 'dhcp.type == 2 && (dhcp.file != "" || dhcp.option.type == 67)';

const noFilename: Network = {
	name: 'no-filename',
	code: 'no-filename',
	dhcp: [],
	seen: ['dhcp.option.dhcp == 2 && dhcp.ip.your != 0.0.0.0'],
	unseen: [anyFilename, 'dhcp.type == 2 && dhcp.option.type == 60', 'udp.dstport == 69', 'udp.dstport == 4011'],
};

const missingFile: Network = {
	name: 'missing-file',
	code: 'tftp-error',
	dhcp: ['--dhcp-boot=missing'],
	seen: ['tftp.opcode == 1 && tftp.source_file == "missing"', 'tftp.opcode == 5 && tftp.error.code == 1'],
	unseen: ['tftp.opcode == 3'],
};

/** `firstBytes` of the file, as tshark writes them: `4d:5a` in every file for UEFI. */
const wrongArchitecture = (file: string, firstBytes: string): Network => ({
	name: 'wrong-architecture',
	code: 'wrong-arch-file',
	dhcp: [`--dhcp-boot=${file}`],
	seen: [`tftp.opcode == 3 && tftp.block == 1 && udp.payload[4:2] == ${firstBytes}`],
	// Error 8, or 0 in older clients, ends the question for the size of a file that is then fetched.
	unseen: ['tftp.opcode == 5 && tftp.error.code != 8 && tftp.error.code != 0'],
});

const option60Without4011: Network = {
	name: 'option-60-without-4011',
	code: 'opt60-without-4011',
	dhcp: ['--dhcp-option-force=60,PXEClient'],
	seen: [
		'dhcp.option.dhcp == 2 && dhcp.ip.your != 0.0.0.0 && dhcp.option.vendor_class_id == "PXEClient"',
		'dhcp && udp.dstport == 4011',
	],
	unseen: ['udp.srcport == 4011 && ip.src == 10.77.0.1 && !icmp', anyFilename, 'udp.dstport == 69'],
};

const unreachableNextServer = (file: string): Network => ({
	name: 'unreachable-next-server',
	code: 'arp-unanswered',
	dhcp: [`--dhcp-boot=${file},,10.77.0.200`],
	seen: ['arp.opcode == 1 && arp.dst.proto_ipv4 == 10.77.0.200'],
	unseen: ['arp.src.proto_ipv4 == 10.77.0.200', 'udp.dstport == 69'],
});

const tftpBlocked = (file: string): Network => ({
	name: 'tftp-blocked',
	code: 'tftp-stalled',
	dhcp: [`--dhcp-boot=${file}`, '--tftp-port-range=40000,40100'],
	closedPorts: '40000-40100',
	seen: ['tftp.opcode == 6', 'tftp.opcode == 4 && udp.dstport >= 40000 && udp.dstport <= 40100'],
	unseen: ['tftp.opcode == 3', 'icmp.type == 3 && eth.dst == 52:54:00:77:00:01'],
});

/** The ROM is an iPXE and is given undionly.kpxe, an iPXE that asks for broadcast answers; it is given the same. */
const ipxeLoop: Network = {
	name: 'ipxe-loop',
	code: 'ipxe-loop',
	dhcp: ['--dhcp-boot=undionly.kpxe'],
	seen: [0, 1].map(
		(broadcast) =>
			`dhcp.option.dhcp == 5 && dhcp.flags.bc == ${broadcast} && dhcp.option.bootfile_name == "undionly.kpxe"`,
	),
	unseen: ['dhcp.option.dhcp == 1 && !(dhcp.option.type == 77)', 'tftp.opcode == 5'],
};

type Reason = Failure['reason'];

function bios(network: Network, reason: Reason, message: string, until: Failure['until'] = 'No more network devices') {
	return { ...network, firmware: 'bios', reason, message, until } as const;
}

function ovmf(network: Network, reason: Reason, message: string) {
	return { ...network, firmware: 'ovmf', reason, message, until: 'BdsDxe: failed to load' } as const;
}

export const failures: readonly Failure[] = [
	ovmf(noDhcpServer, 'no-offer', 'PXE-E18: Server response timeout.'),
	bios(noDhcpServer, 'no-offer', 'No configuration methods succeeded (http://ipxe.org/040ee119)'),
	ovmf(proxyOnly('X86-64_EFI,Boot,snponly.efi'), 'proxy-only', 'PXE-E16: No valid offer received.'),
	bios(
		proxyOnly('x86PC,Boot,pxelinux.0'),
		'proxy-only',
		'No configuration methods succeeded (http://ipxe.org/040ee119)',
	),
	ovmf(noFilename, 'no-usable-offer', 'PXE-E16: No valid offer received.'),
	bios(noFilename, 'no-boot-file', 'Nothing to boot: No such file or directory (http://ipxe.org/2d03e13b)'),
	ovmf(missingFile, 'tftp-error', 'PXE-E23: Client received TFTP error from server.'),
	bios(missingFile, 'tftp-error', 'tftp://10.77.0.1/missing... No such file or directory (http://ipxe.org/2d12603b)'),
	ovmf(
		wrongArchitecture('pxelinux.0', 'ea:24'),
		undefined,
		'NBP file downloaded successfully.BdsDxe: failed to load Boot0001',
	),
	// It runs the file all the same, and nothing more is heard of it.
	bios(
		wrongArchitecture('snponly.efi', '4d:5a'),
		undefined,
		'snponly.efi : 173792 bytes [PXE-NBP (may be EFI?)]',
		'be EFI?)]',
	),
	ovmf(option60Without4011, 'proxy-silent', 'PXE-E16: No valid offer received.'),
	bios(option60Without4011, 'no-boot-file', 'Nothing to boot: No such file or directory (http://ipxe.org/2d03e13b)'),
	ovmf(unreachableNextServer('snponly.efi'), 'tftp-silent', 'PXE-E18: Server response timeout.'),
	bios(unreachableNextServer('pxelinux.0'), 'tftp-silent', 'Connection timed out (http://ipxe.org/4c126035)'),
	ovmf(tftpBlocked('snponly.efi'), 'tftp-silent', 'PXE-E18: Server response timeout.'),
	bios(tftpBlocked('pxelinux.0'), 'tftp-silent', 'Connection timed out (http://ipxe.org/4c126035)'),
	bios(
		ipxeLoop,
		undefined,
		'undionly.kpxe : 74213 bytes [PXE-NBP]',
		/(undionly\.kpxe : \d+ bytes[\s\S]*){2}iPXE initialising/,
	),
];
