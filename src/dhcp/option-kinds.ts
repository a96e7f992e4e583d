import { DecodeError } from '../wire/errors.ts';
import { inRange, Writer } from '../wire/writer.ts';
import {
	addressListsKind,
	type PolicyFilter,
	policyFiltersKind,
	type StaticRoute,
	staticRoutesKind,
} from './address-groups.ts';
import { authenticationKind, type DhcpAuthentication } from './authentication.ts';
import {
	booleanKind,
	bytesKind,
	ipv4Kind,
	ipv4ListKind,
	ipv6Kind,
	list,
	optionalIpv4ListKind,
	presentKind,
	signed,
	textKind,
	unsigned,
	wholeReader,
} from './basic-kinds.ts';
import { type CivicAddress, civicAddressKind } from './civic-address.ts';
import { type ClasslessRoute, classlessRoutesKind } from './classless-routes.ts';
import { type ClientFqdn, clientFqdnKind } from './client-fqdn.ts';
import { type ClientIdentifier, clientIdentifierKind } from './client-identifier.ts';
import { type Coordinates, coordinatesKind } from './coordinates.ts';
import { domainNameKind, domainNamesKind, domainSearchKind } from './domain-search.ts';
import { type PortParameters, portParametersKind, type SixRd, sixRdKind } from './ipv6-transition.ts';
import { type Isns, isnsKind } from './isns.ts';
import { type DhcpStatus, statusKind } from './lease-query.ts';
import { type MachineIdentifier, type MachineIdentifierInit, machineIdentifierKind } from './machine-identifier.ts';
import { type DhcpMessageType, messageTypeKind } from './message-type.ts';
import {
	type MobilityServiceAddresses,
	type MobilityServiceNames,
	mobilityServiceAddressesKind,
	mobilityServiceNamesKind,
} from './mobility-services.ts';
import {
	type EncryptedResolver,
	encryptedResolversKind,
	type ResolverSelection,
	resolverSelectionKind,
} from './name-servers.ts';
import {
	type SubnetAllocation,
	subnetAllocationKind,
	subOptionsKind,
	uriListKind,
	type VirtualSubnetSelection,
	virtualSubnetSelectionKind,
} from './nested-options.ts';
import { type RelaySubOption, type RelaySubOptionInit, relayAgentInformationKind } from './relay-agent-information.ts';
import { type DirectoryAgent, directoryAgentKind, type ServiceScope, serviceScopeKind } from './service-location.ts';
import { type SipServers, sipServersKind } from './sip-servers.ts';
import type { SubOption } from './sub-options.ts';
import { type UserClass, type UserClassInit, userClassKind } from './user-class.ts';
import {
	type VendorIdentifyingClass,
	type VendorIdentifyingInformation,
	vendorIdentifyingClassesKind,
	vendorIdentifyingInformationKind,
} from './vendor-identifying.ts';

/** How one kind of option value stands in bytes. `path` names the option in errors. */
export interface OptionKind<Value, Init = Value> {
	decode(bytes: Uint8Array, path: string): Value;
	encode(value: Init, path: string): Uint8Array;
	/** Set when every value has this length: repeats of such an option are duplicates, not parts (RFC 3396 section 5). */
	readonly fixedLength?: number;
	/** Set when no bytes at all are a value. */
	readonly mayBeEmpty?: boolean;
}

/** Network interface of a PXE client, option 94. */
export interface ClientNetworkInterface {
	/** 1 = UNDI. */
	readonly type: number;
	readonly major: number;
	readonly minor: number;
}

/** What each kind decodes to. */
export interface OptionKindValues {
	readonly bytes: Uint8Array;
	readonly text: string;
	readonly u8: number;
	readonly u16: number;
	/** Seconds in most options; 4294967295 is infinity (RFC 2131 section 3.3). */
	readonly u32: number;
	/** -128 to 127. */
	readonly i8: number;
	/** -2147483648 to 2147483647. */
	readonly i32: number;
	readonly u8List: readonly number[];
	readonly u16List: readonly number[];
	readonly u32List: readonly number[];
	/** One byte of 0 or 1. */
	readonly boolean: boolean;
	readonly ipv4: string;
	readonly ipv4List: readonly string[];
	/** A name, or the number when it has none. */
	readonly messageType: DhcpMessageType | number;
	readonly clientIdentifier: ClientIdentifier;
	readonly userClass: UserClass;
	readonly relayAgentInformation: readonly RelaySubOption[];
	readonly clientNetworkInterface: ClientNetworkInterface;
	readonly machineIdentifier: MachineIdentifier;
	readonly domainSearch: readonly string[];
	readonly classlessRoutes: readonly ClasslessRoute[];
	/** As `ipv4List`, and empty where that has a meaning. */
	readonly optionalIpv4List: readonly string[];
	readonly ipv6: string;
	/** The option has no data; it is there. */
	readonly present: true;
	readonly policyFilters: readonly PolicyFilter[];
	readonly staticRoutes: readonly StaticRoute[];
	readonly addressLists: readonly (readonly string[])[];
	readonly subOptions: readonly SubOption[];
	readonly directoryAgent: DirectoryAgent;
	readonly serviceScope: ServiceScope;
	readonly clientFqdn: ClientFqdn;
	readonly isns: Isns;
	readonly authentication: DhcpAuthentication;
	readonly civicAddress: CivicAddress;
	readonly coordinates: Coordinates;
	readonly domainName: string;
	readonly domainNames: readonly string[];
	readonly sipServers: SipServers;
	readonly vendorIdentifyingClasses: readonly VendorIdentifyingClass[];
	readonly vendorIdentifyingInformation: readonly VendorIdentifyingInformation[];
	readonly mobilityServiceAddresses: readonly MobilityServiceAddresses[];
	readonly mobilityServiceNames: readonly MobilityServiceNames[];
	readonly uriList: readonly string[];
	readonly resolverSelection: ResolverSelection;
	readonly encryptedResolvers: readonly EncryptedResolver[];
	readonly status: DhcpStatus;
	readonly portParameters: PortParameters;
	readonly sixRd: SixRd;
	readonly subnetAllocation: SubnetAllocation;
	readonly virtualSubnetSelection: VirtualSubnetSelection;
	/** Always `true`: the option is there and holds F1:00:74:7E. */
	readonly pxelinuxMagic: true;
}

/** What each kind encodes from, where that is more than what it decodes to. */
export interface OptionKindInits
	extends Omit<OptionKindValues, 'userClass' | 'relayAgentInformation' | 'machineIdentifier'> {
	readonly userClass: UserClassInit;
	readonly relayAgentInformation: readonly RelaySubOptionInit[];
	readonly machineIdentifier: MachineIdentifierInit;
}

/** Name of a kind of option value. */
export type OptionKindName = keyof OptionKindValues;

const clientNetworkInterface: OptionKind<ClientNetworkInterface> = {
	fixedLength: 3,
	decode(bytes, path) {
		const reader = wholeReader(bytes, 3, path);
		return { type: reader.u8(path), major: reader.u8(path), minor: reader.u8(path) };
	},
	encode: ({ type, major, minor }, path) =>
		Uint8Array.of(
			inRange(type, 255, `${path}.type`),
			inRange(major, 255, `${path}.major`),
			inRange(minor, 255, `${path}.minor`),
		),
};

/** RFC 5071 section 3. */
const pxelinuxMagicNumber = 0xf100_747e;

const pxelinuxMagic: OptionKind<true> = {
	fixedLength: 4,
	decode(bytes, path) {
		if (wholeReader(bytes, 4, path).u32(path) !== pxelinuxMagicNumber) {
			throw new DecodeError('bad-magic', `${path} must be F1:00:74:7E`, { path });
		}
		return true;
	},
	encode: (_, path) => new Writer().u32(pxelinuxMagicNumber, path).finish(),
};

/** How each kind is read and written. */
export const optionKinds: { readonly [K in OptionKindName]: OptionKind<OptionKindValues[K], OptionKindInits[K]> } = {
	bytes: bytesKind,
	text: textKind,
	u8: unsigned(1),
	u16: unsigned(2),
	u32: unsigned(4),
	i8: signed(1),
	i32: signed(4),
	u8List: list(
		1,
		(reader, path) => reader.u8(path),
		(writer, item, path) => writer.u8(item, path),
	),
	u16List: list(
		2,
		(reader, path) => reader.u16(path),
		(writer, item, path) => writer.u16(item, path),
	),
	u32List: list(
		4,
		(reader, path) => reader.u32(path),
		(writer, item, path) => writer.u32(item, path),
	),
	boolean: booleanKind,
	ipv4: ipv4Kind,
	ipv4List: ipv4ListKind,
	messageType: messageTypeKind,
	clientIdentifier: clientIdentifierKind,
	userClass: userClassKind,
	relayAgentInformation: relayAgentInformationKind,
	clientNetworkInterface,
	machineIdentifier: machineIdentifierKind,
	domainSearch: domainSearchKind,
	classlessRoutes: classlessRoutesKind,
	pxelinuxMagic,
	optionalIpv4List: optionalIpv4ListKind,
	ipv6: ipv6Kind,
	present: presentKind,
	policyFilters: policyFiltersKind,
	staticRoutes: staticRoutesKind,
	addressLists: addressListsKind,
	subOptions: subOptionsKind,
	directoryAgent: directoryAgentKind,
	serviceScope: serviceScopeKind,
	clientFqdn: clientFqdnKind,
	isns: isnsKind,
	authentication: authenticationKind,
	civicAddress: civicAddressKind,
	coordinates: coordinatesKind,
	domainName: domainNameKind,
	domainNames: domainNamesKind,
	sipServers: sipServersKind,
	vendorIdentifyingClasses: vendorIdentifyingClassesKind,
	vendorIdentifyingInformation: vendorIdentifyingInformationKind,
	mobilityServiceAddresses: mobilityServiceAddressesKind,
	mobilityServiceNames: mobilityServiceNamesKind,
	uriList: uriListKind,
	resolverSelection: resolverSelectionKind,
	encryptedResolvers: encryptedResolversKind,
	status: statusKind,
	portParameters: portParametersKind,
	sixRd: sixRdKind,
	subnetAllocation: subnetAllocationKind,
	virtualSubnetSelection: virtualSubnetSelectionKind,
};
