/**
 * PXELINUX configurations as iPXE scripts, and the other way round, each with a report of what is lost.
 *
 * @module pxekit/convert
 */
export { EncodeError } from '../wire/errors.ts';
export type { ConversionLoss } from './loss.ts';
export { type PxelinuxToIpxeOptions, type PxelinuxToIpxeResult, pxelinuxToIpxe } from './to-ipxe.ts';
export { type IpxeToPxelinuxResult, ipxeToPxelinux } from './to-pxelinux.ts';
