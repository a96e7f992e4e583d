import { decodeIbft, encodeIbft, type Ibft, type IbftInit } from 'pxekit/ibft';

/** A table that every reader takes as it is. */
export const plain: IbftInit = {
	oemId: 'PXEKIT',
	oemTableId: 'TEST',
	initiator: { name: 'iqn.2026-11.org.example:host1' },
	nics: [{ mac: '52:54:00:12:34:56', pciAddress: '00:03.0', address: '10.0.0.2', prefixLength: 24, origin: 'manual' }],
	targets: [{ address: '10.0.0.1', name: 'iqn.2026-11.org.example:disk1', lun: '1' }],
};

/** Sets the checksum so that all bytes sum to 0. */
export function withChecksum(bytes: Uint8Array): Uint8Array {
	bytes[9] = 0;
	bytes[9] = -bytes.reduce((sum, byte) => sum + byte, 0);
	return bytes;
}

/** The plain table with some bytes changed, its checksum right again. */
export function changed(changes: Readonly<Record<number, number>>, init: IbftInit = plain): Ibft {
	const bytes = encodeIbft(init);
	for (const [at, byte] of Object.entries(changes)) bytes[Number(at)] = byte;
	return decodeIbft(withChecksum(bytes));
}
