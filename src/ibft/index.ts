/**
 * The tables by which firmware tells an operating system where its network disk is: iBFT (iSCSI), aBFT (ATA over
 * Ethernet), sBFT (SRP) and NBFT (NVMe over TCP).
 *
 * @module pxekit/ibft
 */
export { Secret } from '../san/secret.ts';
export { DecodeError, EncodeError } from '../wire/errors.ts';
export type { Issue } from '../wire/issue.ts';
export { type AcpiHeader, type AcpiOem, type ParsedAcpiHeader, parseAcpiHeader } from './acpi.ts';
export { decodeIbft } from './decode.ts';
export { type EncodeIbftOptions, encodeIbft } from './encode.ts';
export {
	type IbftField,
	type IbftFieldType,
	type IbftStructure,
	type IbftStructureKind,
	ibftFlags,
	ibftStructures,
} from './fields.ts';
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
