/** A PXE client as the firmware plays it, over real sockets, up to the bytes of its boot file. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type DhcpOptionsRecord, type DhcpPacket, decodeDhcp, encodeDhcp } from 'pxekit/dhcp';
import { tftpFileSize, tftpGet } from 'pxekit/node';

export interface ClientSetup {
	readonly address: string;
	readonly ports: { readonly dhcp: number; readonly pxe: number; readonly tftp: number };
	/** Bound to the port where OFFERs arrive. */
	readonly socket: Socket;
	readonly tell: (line: string) => void;
}

/** Options that the firmware sends in each of its packets. */
const firmware: Record<'UEFI' | 'iPXE', DhcpOptionsRecord> = {
	UEFI: { vendorClassIdentifier: 'PXEClient:Arch:00007:UNDI:003016', clientArchitecture: [7] },
	iPXE: {
		vendorClassIdentifier: 'PXEClient:Arch:00007:UNDI:003010',
		clientArchitecture: [7],
		userClass: { form: 'raw', classes: ['iPXE'] },
	},
};

export async function openClientSocket(address: string): Promise<Socket> {
	const socket = createSocket('udp4');
	socket.bind(0, address);
	await once(socket, 'listening');
	return socket;
}

async function exchange(
	setup: ClientSetup,
	type: 'DISCOVER' | 'REQUEST',
	port: number,
	options: DhcpOptionsRecord,
): Promise<DhcpPacket> {
	const bytes = encodeDhcp({
		op: 1,
		xid: type === 'DISCOVER' ? 0x5045_0001 : 0x5045_0002,
		chaddr: '52:54:00:12:34:56',
		ciaddr: type === 'REQUEST' ? setup.address : '0.0.0.0',
		options: {
			messageType: type,
			maximumMessageSize: 1472,
			clientNetworkInterface: { type: 1, major: 3, minor: 16 },
			clientMachineIdentifier: { guid: '12345678-9abc-def0-1122-334455667788' },
			...options,
		},
	});
	const reply = once(setup.socket, 'message', { signal: AbortSignal.timeout(5000) });
	setup.socket.send(bytes, port, setup.address);
	const [message] = (await reply) as [Uint8Array];
	return decodeDhcp(message);
}

/** DISCOVER to last byte. Returns the name that the server gave and the bytes that came. */
export async function playClient(
	stage: 'UEFI' | 'iPXE',
	setup: ClientSetup,
): Promise<{ file: string; bytes: Uint8Array }> {
	const { tell, address, ports } = setup;
	const options = firmware[stage];
	tell(`-> DISCOVER   ${options.vendorClassIdentifier}${stage === 'iPXE' ? ', user class iPXE' : ''}`);
	let answer = await exchange(setup, 'DISCOVER', ports.dhcp, options);
	tell(
		`<- OFFER      ${answer.file === '' ? `no file: ask ${answer.siaddr} port 4011` : `file ${answer.file} on ${answer.siaddr}`}`,
	);
	if (answer.file === '') {
		tell('-> REQUEST    port 4011');
		answer = await exchange(setup, 'REQUEST', ports.pxe, options);
		tell(`<- ACK        file ${answer.file} on ${answer.siaddr}`);
	}
	const target = { address, port: ports.tftp, filename: answer.file };
	const size = await tftpFileSize(target);
	tell(`-> size of ${answer.file}? ${size === undefined ? 'not told' : `${size} bytes`}`);
	const bytes = await tftpGet(target, { blockSize: 1468, windowSize: 4 });
	tell(`-> read, blksize 1468 and windowsize 4 asked for: ${bytes.length} bytes`);
	return { file: answer.file, bytes };
}
