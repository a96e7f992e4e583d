import type { Secret } from '../san/secret.ts';
import type { Issue } from '../wire/issue.ts';
import type { AcpiHeader, AcpiOem } from './acpi.ts';

/** How an address was come by: Windows' NL_PREFIX_ORIGIN. Codes without a name stay numbers. */
export type IbftOrigin = 'other' | 'manual' | 'wellKnown' | 'dhcp' | 'routerAdvertisement' | 'unchanged' | number;

/** Authentication at login. Codes without a name stay numbers. */
export type IbftChapType = 'none' | 'chap' | 'mutual' | number;

/** Where a structure of a decoded table stands. */
export interface IbftPlace {
	/** The pointer that led here: `'control.nic0'`, `'control.expansion[2]'`. */
	readonly slot: string;
	/** Byte offset from the start of the table. */
	readonly offset: number;
	/** Structure id: 2 initiator, 3 NIC, 4 target, 5 extensions. */
	readonly id: number;
	/** 1 in every table seen. */
	readonly version: number;
	/** The structure's own length field. */
	readonly length: number;
	/** The structure as it stands in the table. Shares the input's memory. */
	readonly bytes: Uint8Array;
}

/** What all structures have in common. */
interface Structure {
	/** Number among its kind, 0 to 255. Linux names its folders by it. */
	readonly index: number;
	/** Bits, see {@link ibftFlags}. */
	readonly flags: number;
	/** Where it was found. Absent in tables that were made, not decoded; {@link encodeIbft} ignores it. */
	readonly place?: IbftPlace | undefined;
}

/** This machine, as iSCSI knows it. An absent property is an empty field. */
export interface IbftInitiator extends Structure {
	/** iSCSI name: `'iqn.2004-01.org.example:host1'`. */
	readonly name?: string | undefined;
	/** Address of the iSNS server. Addresses are IPv4 or IPv6 text. */
	readonly isnsServer?: string | undefined;
	readonly slpServer?: string | undefined;
	readonly primaryRadius?: string | undefined;
	readonly secondaryRadius?: string | undefined;
}

/** A network card as the firmware set it up. An absent property is an empty field. */
export interface IbftNic extends Structure {
	/** IPv4 or IPv6 text, as all addresses here. */
	readonly address?: string | undefined;
	/** Bits of the subnet mask. */
	readonly prefixLength: number;
	readonly origin: IbftOrigin;
	readonly gateway?: string | undefined;
	readonly primaryDns?: string | undefined;
	readonly secondaryDns?: string | undefined;
	readonly dhcpServer?: string | undefined;
	/** VLAN tag; 0 for none. */
	readonly vlan: number;
	/** `'52:54:00:12:34:56'`. */
	readonly mac: string;
	/** Bus, device and function: `'00:03.0'`. `'00:00.0'` where the writer did not know. */
	readonly pciAddress: string;
	readonly hostName?: string | undefined;
}

/** A disk on the network. An absent property is an empty field. */
export interface IbftTarget extends Structure {
	/** IPv4 or IPv6 text. */
	readonly address?: string | undefined;
	/** TCP port. */
	readonly port: number;
	/** Logical unit in its short text form, RFC 4173 section 5: `'0'`, `'1f'`, `'4752-3a4f-6b7e-2f99'`. */
	readonly lun: string;
	readonly chapType: IbftChapType;
	/** `index` of the NIC that leads there. */
	readonly nicAssociation: number;
	/** iSCSI name: `'iqn.2004-01.org.example:disk1'`. */
	readonly name?: string | undefined;
	readonly chapName?: string | undefined;
	/** In clear text in the table; no text form of ours shows it. */
	readonly chapSecret?: Secret | undefined;
	readonly reverseChapName?: string | undefined;
	readonly reverseChapSecret?: Secret | undefined;
}

/** The structure that points to all others. */
export interface IbftControl {
	/** Bit 0: only the selected target is tried (iPXE's name), or fail over to the next one (EDK2's name). */
	readonly flags: number;
	/** Must be 0. */
	readonly index: number;
	/** 1 in every table seen. */
	readonly version: number;
	/** 18, and 2 more for every pointer beyond two NICs and two targets. */
	readonly length: number;
	/** Every pointer in order, 0 for none. The first is that of the extensions. */
	readonly pointers: readonly number[];
}

/** Signatures that readers take for an iBFT. */
export type IbftSignature = 'iBFT' | 'IBFT' | 'BIFT';

/** A decoded iSCSI Boot Firmware Table. */
export interface Ibft extends AcpiHeader {
	readonly signature: IbftSignature;
	readonly control: IbftControl;
	/** Absent when there is none; further ones are in `others`. */
	readonly initiator?: IbftInitiator | undefined;
	/** In the order of the control structure's pointers. */
	readonly nics: readonly IbftNic[];
	/** In the order of the control structure's pointers. */
	readonly targets: readonly IbftTarget[];
	/** Structures that could not be read: unknown id, or cut off by the end of the table. */
	readonly others: readonly IbftPlace[];
	/** The table without what followed it. Shares the input's memory. Holds CHAP secrets in clear text. */
	readonly bytes: Uint8Array;
	/** Oddities that did not stop the decoder. */
	readonly issues: readonly Issue[];
}

/** A NIC to encode. Only `mac` is asked for; fields that are left out are zero in the table. */
export type IbftNicInit = { readonly [Name in keyof IbftNic]?: IbftNic[Name] | undefined } & Pick<IbftNic, 'mac'>;

/** A target to encode. `port` defaults to 3260, `lun` to `'0'`, `chapType` to what the names and secrets say. */
export type IbftTargetInit = { readonly [Name in keyof IbftTarget]?: IbftTarget[Name] | undefined };

/** An initiator to encode. */
export type IbftInitiatorInit = { readonly [Name in keyof IbftInitiator]?: IbftInitiator[Name] | undefined };

/**
 * A table to encode. A decoded {@link Ibft} is one. `index` defaults to the place in the list, `flags` to 3 (valid,
 * boot selected), `nicAssociation` to the NIC at the same place, or the first.
 */
export interface IbftInit extends AcpiOem {
	/** `'iBFT'` by default, as every writer has it. */
	readonly signature?: IbftSignature | undefined;
	/** `flags` is what gets written; 0 by default. */
	readonly control?: Partial<IbftControl> | undefined;
	readonly initiator?: IbftInitiatorInit | undefined;
	readonly nics?: readonly IbftNicInit[] | undefined;
	readonly targets?: readonly IbftTargetInit[] | undefined;
}
