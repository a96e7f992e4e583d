import { fixtureBytes } from '../../support/fixtures.ts';

/** What tshark reads in a frame; `''` where there is no such field. */
export interface TsharkRow {
	readonly capture: string;
	readonly frame: number;
	readonly sourcePort: string;
	readonly destinationPort: string;
	readonly op: string;
	readonly messageType: string;
	readonly xid: string;
	readonly chaddr: string;
	readonly yiaddr: string;
	readonly siaddr: string;
	readonly server: string;
	readonly file: string;
	readonly bootfileName: string;
	readonly vendorClass: string;
	readonly userClass: string;
	readonly bootItem: string;
	readonly arpOperation: string;
	readonly arpSenderMac: string;
	readonly arpSenderIp: string;
	readonly arpTargetMac: string;
	readonly arpTargetIp: string;
	readonly tftpOpcode: string;
	readonly tftpFile: string;
	readonly source: string;
	readonly destination: string;
}

/** All DHCP, TFTP and ARP frames of the captures, in order. */
export const tsharkRows: readonly TsharkRow[] = new TextDecoder()
	.decode(fixtureBytes('captures/timeline.tshark.tsv'))
	.split('\n')
	.filter((line) => line !== '')
	.map((line) => {
		const column = line.split('\t');
		const at = (place: number) => column[place] ?? '';
		return {
			capture: at(0),
			frame: Number(at(1)),
			sourcePort: at(2),
			destinationPort: at(3),
			op: at(4),
			messageType: at(5),
			xid: at(6),
			chaddr: at(7),
			yiaddr: at(8),
			siaddr: at(9),
			server: at(10),
			file: at(11),
			bootfileName: at(12),
			vendorClass: at(13),
			userClass: at(14),
			bootItem: at(15),
			arpOperation: at(16),
			arpSenderMac: at(17),
			arpSenderIp: at(18),
			arpTargetMac: at(19),
			arpTargetIp: at(20),
			tftpOpcode: at(21),
			tftpFile: at(22),
			source: at(23),
			destination: at(24),
		};
	});
