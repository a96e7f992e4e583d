/** A URI scheme and the stock builds that can open it. */
export interface IpxeSchemeInfo {
	readonly scheme: string;
	readonly kind: 'file' | 'san' | 'stream';
	readonly efi: boolean;
	readonly bios: boolean;
	/** The feature by which a build with it makes itself known in option 175; without one, nobody can tell. */
	readonly feature?: 'http' | 'https' | 'tftp' | 'ftp' | 'nfs' | 'slam' | 'iscsi' | 'aoe' | 'fcoe' | 'srp' | undefined;
}

function scheme(
	name: string,
	kind: IpxeSchemeInfo['kind'],
	efi: boolean,
	bios: boolean,
	feature?: IpxeSchemeInfo['feature'],
): IpxeSchemeInfo {
	return { scheme: name, kind, efi, bios, feature };
}

/** Every scheme that iPXE has an opener for (`__uri_opener`), with the defaults of 2.0.0 (`config/general.h`). */
export const ipxeSchemes: readonly IpxeSchemeInfo[] = [
	scheme('http', 'file', true, true, 'http'),
	scheme('https', 'file', true, false, 'https'),
	scheme('tftp', 'file', true, true, 'tftp'),
	scheme('tftm', 'file', true, true),
	scheme('mtftp', 'file', true, true),
	scheme('ftp', 'file', false, false, 'ftp'),
	scheme('nfs', 'file', false, false, 'nfs'),
	scheme('file', 'file', true, false),
	scheme('data', 'file', true, true),
	scheme('x-slam', 'file', false, false, 'slam'),
	scheme('iscsi', 'san', true, true, 'iscsi'),
	scheme('aoe', 'san', true, true, 'aoe'),
	scheme('fcp', 'san', true, true, 'fcoe'),
	scheme('ib_srp', 'san', true, true, 'srp'),
	scheme('usb', 'san', true, true),
	scheme('tcp', 'stream', true, true),
	scheme('udp', 'stream', true, true),
];

/**
 * Keys that `item --key` and `prompt --key` can name by number, in the form that scripts use
 * (`include/ipxe/keys.h`). Printable keys are written as themselves. F1 to F4 do not exist.
 */
export const ipxeKeys: Readonly<Record<string, number>> = {
	ctrlC: 0x03,
	backspace: 0x08,
	enter: 0x0d,
	escape: 0x1b,
	delete: 0x7f,
	up: 0x141,
	down: 0x142,
	right: 0x143,
	left: 0x144,
	end: 0x146,
	home: 0x148,
	insert: 0x37e,
	deleteForward: 0x47e,
	pageUp: 0x67e,
	pageDown: 0x77e,
	f5: 0x107e,
	f6: 0x127e,
	f7: 0x137e,
	f8: 0x147e,
	f9: 0x157e,
	f10: 0x167e,
	f11: 0x187e,
	f12: 0x197e,
};

/** Numbers of `colour` and `cpair` (`curses.h`, `ansicol.h`). `magic` is transparent over a picture. */
export const ipxeColours: Readonly<Record<string, number>> = {
	black: 0,
	red: 1,
	green: 2,
	yellow: 3,
	blue: 4,
	magenta: 5,
	cyan: 6,
	white: 7,
	default: 9,
	magic: 15,
};

/** Numbers of the colour pairs that `cpair` sets (`config/colour.h`). */
export const ipxeColourPairs: Readonly<Record<string, number>> = {
	default: 0,
	normal: 1,
	select: 2,
	separator: 3,
	edit: 4,
	alert: 5,
	url: 6,
	pxe: 7,
};
