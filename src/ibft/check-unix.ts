import { parseLun } from '../san/lun.ts';
import type { Issue } from '../wire/issue.ts';
import { controlLength, controlOffset, ibftFlags } from './fields.ts';
import type { IbftFinding } from './finding.ts';
import { lunReadings } from './from-sysfs.ts';
import { viewAsLinux } from './linux.ts';
import type { Ibft } from './model.ts';
import { linuxLun } from './sysfs.ts';

/**
 * drivers/firmware/iscsi_ibft.c.
 *
 * @internal
 */
export function checkLinux(table: Ibft, before56: boolean): IbftFinding[] {
	const { refusals, drops } = viewAsLinux(table, before56);
	const findings: IbftFinding[] = [
		...refusals.map((issue) => ({ ...issue, effect: 'refuses' as const, cure: linuxCures[issue.code] })),
		...drops.map((issue) => ({ ...issue, effect: 'drops' as const, cure: linuxCures[issue.code] })),
	];
	for (const issue of table.issues) {
		if (issue.code !== 'text-past-end' && issue.code !== 'structure-past-end') continue;
		const message = `${issue.message}: Linux does not check and shows other memory in its place`;
		findings.push({
			...issue,
			message,
			effect: 'misreads',
			cure: 'Have the table written anew; its lengths are wrong.',
		});
	}
	for (const [at, { prefixLength, place }] of table.nics.entries()) {
		if (prefixLength <= 32) continue;
		findings.push({
			effect: 'misreads',
			code: 'subnet-mask',
			message: `prefix ${prefixLength}: Linux shows 255.255.255.255 as the subnet mask`,
			cure: 'Programs should read prefix-len instead of subnet-mask.',
			offset: place && place.offset + 22,
			path: `nics[${at}].prefixLength`,
		});
	}
	for (const [at, { lun, place }] of table.targets.entries()) {
		const shown = linuxLun(parseLun(lun));
		const readings = lunReadings(shown);
		if (readings < 2) continue;
		findings.push({
			effect: 'misreads',
			code: 'ambiguous-lun',
			message: `LUN ${lun} is shown as ${shown}, as are ${readings - 1} others: Linux drops leading zeros`,
			cure: 'Choose a LUN below 16, or tell the operating system by another way.',
			offset: place && place.offset + 24,
			path: `targets[${at}].lun`,
		});
	}
	return findings;
}

const linuxCures: Readonly<Record<string, string>> = {
	'control-length': 'Keep to two NICs and two targets, or use a newer kernel.',
	'duplicate-index': 'Give every NIC and every target an index of its own.',
	checksum: 'Have the table written anew: the bytes must sum to 0.',
};

/**
 * iscsistart and iscsiadm: utils/fwparam_ibft/fwparam_sysfs.c today, fwparam_ibft.c until March 2022.
 *
 * @internal
 */
export function checkOpenIscsi(table: Ibft): IbftFinding[] {
	const findings = checkLinux(table, false);
	const { shown } = viewAsLinux(table, false);
	if (!shown.some(({ kind }) => kind === 'initiator')) {
		findings.push({
			effect: 'refuses',
			code: 'no-initiator',
			message: 'without an initiator that Linux shows, iscsistart finds nothing in the table',
			cure: 'Set an initiator name in the firmware (DHCP option 203 for iPXE).',
			path: 'initiator',
		});
	}
	const nics = new Map(
		shown.flatMap((entry) => (entry.kind === 'nic' ? [[entry.structure.index, entry.structure]] : [])),
	);
	for (const [at, target] of table.targets.entries()) {
		const nic = nics.get(target.nicAssociation);
		const path = `targets[${at}]`;
		const offset = target.place?.offset;
		if (!nic) {
			const message = `target ${target.index} goes by NIC ${target.nicAssociation}, which is not there`;
			findings.push({ effect: 'drops', code: 'no-such-nic', message, offset, path: `${path}.nicAssociation` });
		} else if (nic.flags === 0 || target.flags === 0) {
			const message = `target ${target.index} or its NIC has no flag set and is passed over`;
			findings.push({ effect: 'drops', code: 'no-flags', message, offset, path: `${path}.flags` });
		}
	}
	if (table.targets.length > 0 && !table.targets.some(({ flags }) => flags & ibftFlags.bootSelected)) {
		const message =
			'no target has the boot flag: where open-iscsi looks for the one boot target (fw_get_entry), it finds none';
		findings.push({ effect: 'notes', code: 'no-boot-flag', message, path: 'targets' });
	}
	findings.push(...oldReaderNotes(table));
	return findings;
}

/** The reader of before 2022 wanted everything exact and refused the table otherwise. */
function oldReaderNotes(table: Ibft): IbftFinding[] {
	const note = (issue: Issue): IbftFinding => ({
		...issue,
		effect: 'notes',
		message: `${issue.message}; open-iscsi of before 2022 refuses the table`,
	});
	const notes = table.issues
		.filter(({ code }) => code === 'structure-version' || code === 'structure-length' || code === 'unknown-structure')
		.map(note);
	if (table.control.length > controlLength) {
		const message = `the control structure has ${table.control.length} bytes`;
		notes.push(note({ code: 'control-length', message, offset: controlOffset + 2, path: 'control.length' }));
	}
	return notes;
}

/**
 * FreeBSD's isboot, ibft.c: looks for IBFT, then iBFT; reads the first two NICs and targets; checks sums, not lengths.
 *
 * @internal
 */
export function checkFreebsd(table: Ibft): IbftFinding[] {
	const findings: IbftFinding[] = [];
	if (table.signature === 'BIFT') {
		const message = 'isboot looks for IBFT and iBFT, not for BIFT';
		findings.push({ effect: 'refuses', code: 'signature', message, offset: 0, path: 'signature' });
	}
	const sum = table.issues.find(({ code }) => code === 'bad-checksum');
	if (sum) findings.push({ ...sum, effect: 'refuses' });
	for (const issue of table.issues) {
		if (issue.code === 'unknown-structure' || issue.code === 'wrong-slot')
			findings.push({ ...issue, effect: 'refuses' });
		if (issue.code === 'text-past-end') findings.push({ ...issue, effect: 'misreads' });
	}
	for (const kind of ['nics', 'targets'] as const) {
		for (const [at, { place }] of table[kind].entries()) {
			if (!place?.slot.startsWith('control.expansion')) continue;
			const message = `isboot reads the first two ${kind} only`;
			findings.push({
				effect: 'drops',
				code: 'past-the-second',
				message,
				offset: place.offset,
				path: `${kind}[${at}]`,
			});
		}
	}
	return findings;
}
