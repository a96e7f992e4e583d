/**
 * SAN boot URIs and DHCP root paths: `iscsi:`, `aoe:`, `fcp:`, `ib_srp:`, `nvme+tcp:` and disk images over HTTP or NFS.
 *
 * @module pxekit/san
 */
export { DecodeError, EncodeError } from '../wire/errors.ts';
export {
	dracutArguments,
	type InitiatorOptions,
	ipxeSanSettings,
	iscsiDiskPath,
	iscsistartArguments,
} from './convert.ts';
export type { IscsiDialect } from './iscsi.ts';
export { formatLun, parseLun } from './lun.ts';
export { Secret } from './secret.ts';
export type {
	AoeTarget,
	FcpTarget,
	ImageTarget,
	IscsiTarget,
	NvmeTcpTarget,
	SanCredentials,
	SanTarget,
	SrpTarget,
} from './target.ts';
export { type FormatSanOptions, formatSanUri, type ParseSanOptions, parseSanUri, sanPort } from './uri.ts';
