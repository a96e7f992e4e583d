import type { IbftFinding } from './finding.ts';
import type { Ibft } from './model.ts';

/**
 * Findings that hold for every reader: what a firmware is known to write wrongly, and what nobody can boot from.
 *
 * @internal
 */
export function firmwareFindings(table: Ibft): IbftFinding[] {
	const findings: IbftFinding[] = [];
	if (table.oemId === 'FENSYS' && table.oemTableId === 'iPXE') {
		for (const [at, { address, place }] of table.targets.entries()) {
			if (address === undefined || !looksLikeIpv6Head(address)) continue;
			findings.push({
				effect: 'misreads',
				code: 'ipxe-truncated-ipv6',
				message: `${address} is the start of an IPv6 address: iPXE copies four bytes of it into an IPv4 field`,
				cure: 'Boot this target by IPv4, or hand the operating system its address on the kernel command line.',
				offset: place && place.offset + 6,
				path: `targets[${at}].address`,
			});
		}
	}
	for (const [at, target] of table.targets.entries()) {
		for (const name of ['name', 'address'] as const) {
			if (target[name] !== undefined) continue;
			findings.push({
				effect: 'drops',
				code: `target-without-${name}`,
				message: `target ${target.index} has no ${name}: nobody can log in`,
				cure: 'Give the firmware a complete root path: iscsi:server::port:lun:name.',
				offset: target.place?.offset,
				path: `targets[${at}].${name}`,
			});
		}
	}
	if (table.targets.length === 0) {
		findings.push({
			effect: 'refuses',
			code: 'no-target',
			message: 'the table names no target',
			cure: 'The firmware had no session when it wrote the table: look for its login error.',
			path: 'targets',
		});
	}
	return findings;
}

/**
 * The first bytes of 2000::/16 to 20ff…, fc00::/7, fe80::/10 and fec0::/10 read as IPv4. 252 to 254 are no unicast
 * addresses in IPv4; 32.1 (2001:) is the one range that could be meant, and only with a zero after it (2001:db8 is not
 * told apart from 32.1.13.184).
 */
function looksLikeIpv6Head(address: string): boolean {
	const [a, b, c, d] = address.split('.').map(Number);
	if (a === 252 || a === 253) return true;
	if (a === 254) return b !== undefined && b >= 128;
	return a === 32 && b === 1 && ((c === 13 && d === 184) || c === 0 || c === 4 || c === 6);
}
