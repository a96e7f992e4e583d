/**
 * The tables by which firmware tells an operating system where its network disk is: iBFT (iSCSI), aBFT (ATA over
 * Ethernet), sBFT (SRP) and NBFT (NVMe over TCP).
 *
 * @module pxekit/ibft
 */
export { Secret } from '../san/secret.ts';
export type { IscsiTarget, SanCredentials, SanTarget } from '../san/target.ts';
export { DecodeError, EncodeError } from '../wire/errors.ts';
export type { Issue } from '../wire/issue.ts';
export { type Abft, type AbftContent, type AbftInit, abftFields, decodeAbft, encodeAbft } from './abft.ts';
export { type AcpiHeader, type AcpiOem, type ParsedAcpiHeader, parseAcpiHeader } from './acpi.ts';
export { checkIbft } from './check.ts';
export { gatewayForWindows } from './check-windows.ts';
export { bootEntry, type IscsistartOptions, toDracut, toIscsistart, toSanTarget, toSanUri } from './convert.ts';
export {
	type DhcpLease,
	type IbftForOptions,
	ibftFor,
	nicFromLease,
	type SanBootDecision,
	type SanDhcpOption,
	type SanDhcpOptionsOptions,
	sanDhcpOptions,
} from './decision.ts';
export { decodeIbft } from './decode.ts';
export { type EncodeIbftOptions, encodeIbft } from './encode.ts';
export { type ExplainIbftOptions, explainIbft } from './explain.ts';
export {
	type IbftField,
	type IbftFieldType,
	type IbftStructure,
	type IbftStructureKind,
	ibftFlags,
	ibftStructures,
} from './fields.ts';
export {
	type BootTableSignature,
	type FindBootTablesOptions,
	type FoundBootTable,
	findBootTables,
	type MemoryRegion,
} from './find.ts';
export type { CheckIbftOptions, IbftFinding, IbftReader } from './finding.ts';
export { fromSysfs, type SysfsIbft } from './from-sysfs.ts';
export type { IbftLayout } from './layout.ts';
export type {
	Ibft,
	IbftChapType,
	IbftControl,
	IbftInit,
	IbftInitiator,
	IbftInitiatorInit,
	IbftNic,
	IbftNicInit,
	IbftOrigin,
	IbftPlace,
	IbftSignature,
	IbftTarget,
	IbftTargetInit,
} from './model.ts';
export { decodeNbft } from './nbft-decode.ts';
export { encodeNbft } from './nbft-encode.ts';
export { type NbftStructure, nbftStructures } from './nbft-fields.ts';
export type {
	Nbft,
	NbftContent,
	NbftDiscovery,
	NbftHfi,
	NbftHfiExtension,
	NbftHost,
	NbftInit,
	NbftNamespace,
	NbftNamespaceExtension,
	NbftSecurity,
	NbftTcpInfo,
} from './nbft-model.ts';
export type { RecordField, RecordFieldType } from './record.ts';
export {
	decodeSbft,
	encodeSbft,
	type Sbft,
	type SbftContent,
	type SbftInfiniBand,
	type SbftInit,
	type SbftPart,
	type SbftScsi,
	type SbftSrp,
	sbftParts,
} from './sbft.ts';
export { ibftSysfs } from './sysfs.ts';
export { type ToIpxeOptions, toIpxe } from './to-ipxe.ts';
