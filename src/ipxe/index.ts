/**
 * iPXE and gPXE scripts: read and print without loss, build, lint, and run dry.
 *
 * @module pxekit/ipxe
 */

export type { BootFile, BootOutcome } from '../wire/boot-outcome.ts';
export { IpxeBuilder, ipxe } from './builder.ts';
export type {
	IpxeDownloadOptions,
	IpxeExecuteOptions,
	IpxeMenuEntry,
	IpxeMenuInit,
	IpxeOptions,
	IpxeRetryInit,
	IpxeSanOptions,
} from './builder-options.ts';
export { type IpxeBuild, ipxeCommandMissing } from './builds.ts';
export { IpxeCommandMethods } from './command-methods.ts';
export type { IpxeBuildDefault, IpxeCommandInfo, IpxeOptionInfo, IpxeOptionType } from './commands/command-info.ts';
export { ipxeCommands } from './commands/table.ts';
export type { IpxeDiagnostic, IpxeFix, IpxeLintOptions, IpxeRange, IpxeSeverity } from './lint/context.ts';
export { type IpxeLintRuleInfo, ipxeLintRules, lintIpxe } from './lint/lint.ts';
export { parseIpxe } from './parse.ts';
export { printIpxe, printIpxeBytes } from './print.ts';
export {
	archNetboot,
	type BootMenuEntry,
	bootIscsi,
	bootIsoInMemory,
	bootLinux,
	bootMenu,
	bootWindowsPe,
	chainWithFacts,
	type IscsiBoot,
	type LinuxBoot,
	retryDhcp,
	type WindowsPeBoot,
} from './ready-scripts.ts';
export { type IpxeDhcpOptions, type IpxeDhcpReply, settingsFromDhcp } from './run/dhcp-facts.ts';
export type { IpxeEvent, IpxeRun } from './run/events.ts';
export { formatIpxeRun } from './run/format.ts';
export type { IpxeAnswer, IpxeFileKind, IpxeHost, IpxeMenuItem, IpxeQuestion, IpxeRequest } from './run/host.ts';
export { runIpxe } from './run/run.ts';
export {
	type IpxeSettingInfo,
	type IpxeSettingType,
	ipxeSettingBlocks,
	ipxeSettings,
	ipxeSettingTypes,
} from './settings-table.ts';
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
export { type IpxeSchemeInfo, ipxeColourPairs, ipxeColours, ipxeKeys, ipxeSchemes } from './vocabulary.ts';
export { type IpxeReference, type IpxeTemplate, type IpxeValue, ipxeText, nothing, setting } from './words.ts';
