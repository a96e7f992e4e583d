/** One row of {@link bootServerTypes}. */
export interface BootServerType {
	readonly type: number;
	readonly name: string;
}

/**
 * Boot server types that PXE 2.1 gives a name (table 2-1, tag 8; the same list stands in Wireshark). 9 to 32767 are
 * reserved, 32768 to 65534 are for anybody's own use.
 */
export const bootServerTypes: readonly BootServerType[] = [
	{ type: 0, name: 'PXE bootstrap server' },
	{ type: 1, name: 'Microsoft Windows NT' },
	{ type: 2, name: 'Intel LCM' },
	{ type: 3, name: 'DOS/UNDI' },
	{ type: 4, name: 'NEC ESMPRO' },
	{ type: 5, name: 'IBM WSoD' },
	{ type: 6, name: 'IBM LCCM' },
	{ type: 7, name: 'CA Unicenter TNG' },
	{ type: 8, name: 'HP OpenView' },
	{ type: 65535, name: 'PXE API test server' },
];

/**
 * What a boot server type stands for.
 *
 * @example
 * ```ts
 * import { bootServerTypeName } from 'pxekit/pxe';
 *
 * bootServerTypeName(1); // => 'Microsoft Windows NT'
 * bootServerTypeName(0x8000); // => 'vendor use'
 * ```
 */
export function bootServerTypeName(type: number): string {
	const named = bootServerTypes.find((row) => row.type === type)?.name;
	return named ?? (type >= 0x8000 ? 'vendor use' : 'reserved');
}
