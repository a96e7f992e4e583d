import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IbftLayout } from 'pxekit/ibft';

const own = new URL('../../fixtures/ibft/', import.meta.url);

/** Tables of other projects; not part of this one. */
export const foreign: URL = new URL('../../../shared/foreign/', import.meta.url);
export const hasForeign: boolean = existsSync(foreign);

export function bytesOf(url: URL): Uint8Array {
	return new Uint8Array(readFileSync(url));
}

export interface GenuineTable {
	readonly name: string;
	readonly bytes: Uint8Array;
	/** Whose bytes they are. */
	readonly layout: IbftLayout;
	/** What Linux showed: path and text. */
	readonly sysfs: Readonly<Record<string, string>>;
}

/** `path=text` lines; kernel messages beside them are left out. */
export function sysfsLines(text: string): Record<string, string> {
	const lines = text.split('\n').filter((line) => /^(acpi_header|initiator|ethernet\d+|target\d+)\/[\w-]+=/.test(line));
	return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** What `iscsistart -f` printed, record by record: their order on the machine is that of a directory. */
export function records(text: string): string[] {
	return text.split(/(?=# BEGIN RECORD)/).sort();
}

/** iBFTs that iPXE and EDK2 wrote. */
export const genuineTables: readonly GenuineTable[] = readdirSync(own)
	.filter((name) => name.endsWith('.ibft.bin'))
	.map((name) => {
		const stem = name.replace('.ibft.bin', '');
		const texts = [`${stem}.ibft.sysfs.txt`, `${stem}.sysfs.txt`].map((text) => new URL(text, own));
		const found = texts.find((url) => existsSync(url)) as URL;
		return {
			name: stem,
			bytes: bytesOf(new URL(name, own)),
			layout: name.startsWith('edk2') ? 'edk2' : 'ipxe',
			sysfs: sysfsLines(readFileSync(found, 'utf8')),
		};
	});

/** An aBFT that iPXE wrote. */
export const genuineAbft: Uint8Array = bytesOf(new URL('ipxe-bios-aoe.abft.bin', own));

/** What Linux and iscsistart showed for the models of test/interop/ibft/models.ts. */
export const linuxModels = JSON.parse(readFileSync(new URL('linux-models.json', own), 'utf8')) as Record<
	string,
	{ readonly sysfs: Record<string, string>; readonly iscsistart: string }
>;
