import { EncodeError } from '../wire/errors.ts';
import { inRange } from '../wire/writer.ts';
import { ibftFlags } from './fields.ts';
import { isMapped, parseIp } from './ip.ts';
import type { IbftChapType, IbftInit, IbftNicInit, IbftTargetInit } from './model.ts';

/**
 * A structure with its header's numbers decided.
 *
 * @internal
 */
export interface NumberedStructure {
	readonly path: string;
	readonly index: number;
	readonly flags: number;
	readonly value: Readonly<Record<string, unknown>>;
}

/**
 * Fills in what the caller left out, and refuses what contradicts itself: nothing here depends on the layout.
 *
 * @internal
 */
export function completeIbft(init: IbftInit): {
	initiator: NumberedStructure | undefined;
	nics: NumberedStructure[];
	targets: NumberedStructure[];
} {
	const initiator = init.initiator && numbered(init.initiator, 0, 'initiator');
	const nics = (init.nics ?? []).map((nic, at) => {
		const path = `nics[${at}]`;
		checkNic(nic, path);
		return numbered(nic, at, path);
	});
	refuseDuplicates(nics);
	const targets = (init.targets ?? []).map((target, at) => {
		const path = `targets[${at}]`;
		const nicAssociation = target.nicAssociation ?? (nics[at] ?? nics[0])?.index ?? 0;
		if (!nics.some((nic) => nic.index === nicAssociation)) {
			throw new EncodeError('no-such-nic', `${path}: no NIC has index ${nicAssociation}`, {
				path: `${path}.nicAssociation`,
			});
		}
		const chapType = target.chapType ?? impliedChapType(target);
		checkChap(target, chapType, path);
		const port = target.port ?? 3260;
		return numbered({ ...target, port, chapType, nicAssociation }, at, path);
	});
	refuseDuplicates(targets);
	return { initiator, nics, targets };
}

function numbered(
	value: Readonly<Record<string, unknown>> & { index?: number | undefined; flags?: number | undefined },
	position: number,
	path: string,
): NumberedStructure {
	return {
		path,
		index: inRange(value.index ?? position, 0xff, `${path}.index`),
		flags: inRange(value.flags ?? ibftFlags.valid | ibftFlags.bootSelected, 0xff, `${path}.flags`),
		value,
	};
}

function refuseDuplicates(structures: readonly NumberedStructure[]): void {
	const seen = new Map<number, string>();
	for (const { index, path } of structures) {
		const earlier = seen.get(index);
		if (earlier !== undefined) {
			const message = `${path} and ${earlier} both have index ${index}: Linux refuses the whole table`;
			throw new EncodeError('duplicate-index', message, { path: `${path}.index` });
		}
		seen.set(index, path);
	}
}

function checkNic(nic: IbftNicInit, path: string): void {
	if (nic.mac === undefined) throw new EncodeError('no-mac', `${path} needs a MAC address`, { path: `${path}.mac` });
	const most = nic.address === undefined || isMapped(parseIp(nic.address, `${path}.address`)) ? 32 : 128;
	inRange(nic.prefixLength ?? 0, most, `${path}.prefixLength`);
}

function impliedChapType({ chapName, reverseChapName }: IbftTargetInit): IbftChapType {
	if (reverseChapName !== undefined) return 'mutual';
	return chapName === undefined ? 'none' : 'chap';
}

function checkChap(target: IbftTargetInit, chapType: IbftChapType, path: string): void {
	const needed: readonly (keyof IbftTargetInit)[] =
		chapType === 'mutual' || chapType === 2
			? ['chapName', 'chapSecret', 'reverseChapName', 'reverseChapSecret']
			: chapType === 'chap' || chapType === 1
				? ['chapName', 'chapSecret']
				: [];
	for (const name of needed) {
		if (target[name] === undefined) {
			throw new EncodeError('chap-incomplete', `${path}: ${chapType} CHAP needs ${name}`, { path: `${path}.${name}` });
		}
	}
}
