/**
 * iPXE and gPXE scripts: read and print without loss, build, lint, and run dry.
 *
 * @module pxekit/ipxe
 */
export { parseIpxe } from './parse.ts';
export { printIpxe, printIpxeBytes } from './print.ts';
export {
	type IpxeCommand,
	type IpxeExpansion,
	type IpxeIssue,
	type IpxeJoin,
	type IpxeLabel,
	type IpxeLine,
	type IpxeMagic,
	type IpxeOperator,
	type IpxePart,
	type IpxePosition,
	type IpxeScript,
	type IpxeSettingName,
	type IpxeText,
	type IpxeTextPart,
	type IpxeWord,
	type IpxeWordRole,
	ipxeWordText,
} from './tree.ts';
