import { type DhcpOptionPair, DhcpOptions, encodeDhcp } from '../dhcp/index.ts';
import { encodePxeOptions } from '../pxe/index.ts';
import { concatBytes } from '../wire/bytes.ts';
import { parseHex } from '../wire/hex.ts';
import { parseIpv4 } from '../wire/ipv4.ts';
import { parseMac } from '../wire/mac.ts';
import { parseUuid } from '../wire/uuid.ts';
import type { BootClientProfile, BootRequestKind } from './profile.ts';

/** Who sends: the firmware and the machine that it runs on. */
export interface ClientIdentity {
	readonly profile: BootClientProfile;
	readonly mac: string;
	readonly uuid: string | undefined;
	/** Options instead of, or beside, the profile's. */
	readonly options: Readonly<Record<number, Uint8Array>>;
	readonly ownFile: string | undefined;
	/** From 0 to 1. */
	readonly random: () => number;
}

/** What changes from packet to packet. */
export interface RequestFacts {
	readonly xid: number;
	readonly secs: number;
	readonly broadcast: boolean;
	readonly ciaddr?: string | undefined;
	readonly siaddr?: string | undefined;
	/** Option 54. */
	readonly server?: string | undefined;
	/** Option 50. */
	readonly requestedAddress?: string | undefined;
	/** Option 43.71. */
	readonly bootServerType?: number | undefined;
}

const messageTypes: Readonly<Record<BootRequestKind, number>> = {
	discover: 1,
	request: 3,
	pxeRequest: 3,
	bootServerRequest: 3,
};

function machineIdentifier({ profile, uuid }: ClientIdentity): Uint8Array | undefined {
	const { order, default: fallback } = profile.machineIdentifier;
	const text = uuid ?? fallback;
	return text === undefined ? undefined : concatBytes([Uint8Array.of(0), parseUuid(text, order, 'uuid')]);
}

function fixedValue(hex: string | undefined, random: () => number): Uint8Array | undefined {
	if (hex === undefined) return undefined;
	const unset = Math.floor(random() * 256) % 256;
	return parseHex(hex.replaceAll('??', unset.toString(16).padStart(2, '0')));
}

/** Writes one packet of the firmware. */
export function encodeRequest(identity: ClientIdentity, kind: BootRequestKind, facts: RequestFacts): Uint8Array {
	const { profile, mac } = identity;
	const shape = profile.packets[kind];
	const chaddr = parseMac(mac, 'mac');
	const valueFor = (code: number): Uint8Array | undefined => {
		const own = identity.options[code];
		// The bare word that a shape puts in the place of a value stays: iPXE's option 60 to boot servers.
		if (own && shape.values?.[code] === undefined) return own;
		switch (code) {
			case 43:
				return facts.bootServerType === undefined
					? undefined
					: encodePxeOptions({ bootItem: { type: facts.bootServerType } });
			case 50:
				return facts.requestedAddress === undefined ? undefined : parseIpv4(facts.requestedAddress);
			case 53:
				return Uint8Array.of(messageTypes[kind]);
			case 54:
				return facts.server === undefined ? undefined : parseIpv4(facts.server);
			case 61:
				return concatBytes([Uint8Array.of(1), chaddr]);
			case 97:
				return machineIdentifier(identity);
			default:
				return fixedValue(shape.values?.[code] ?? profile.values[code], identity.random);
		}
	};
	const added = Object.keys(identity.options)
		.map(Number)
		.filter((code) => !shape.options.includes(code));
	const pairs = [...shape.options, ...added].flatMap((code): DhcpOptionPair[] => {
		const value = valueFor(code);
		return value === undefined ? [] : [[code, value]];
	});
	return encodeDhcp(
		{
			op: 1,
			xid: facts.xid,
			secs: facts.secs & 0xffff,
			flags: facts.broadcast ? 0x8000 : 0,
			ciaddr: facts.ciaddr,
			siaddr: facts.siaddr,
			chaddr,
			file: profile.family === 'u-boot' ? identity.ownFile : undefined,
			options: DhcpOptions.from(pairs, []),
		},
		{ minLength: profile.minLength },
	);
}
