/**
 * Errors and address text forms, shared by all rooms.
 *
 * @module pxekit
 */
export { DecodeError, EncodeError, type ErrorPlace, PxekitError } from './wire/errors.ts';
export { formatHex, parseHex } from './wire/hex.ts';
export { formatIpv4, isIpv4, parseIpv4 } from './wire/ipv4.ts';
export type { Issue } from './wire/issue.ts';
export { formatMac, parseMac } from './wire/mac.ts';
export { formatUuid, parseUuid, type UuidByteOrder } from './wire/uuid.ts';
