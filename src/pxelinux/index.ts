/**
 * PXELINUX configuration: what the loader makes of it, which file a client asks for, what it boots.
 *
 * @module pxekit/pxelinux
 */

export type { BootFile, BootOutcome } from '../wire/boot-outcome.ts';
export { DecodeError, EncodeError } from '../wire/errors.ts';
export type { Issue } from '../wire/issue.ts';
export { pxelinux } from './build.ts';
export {
	type PxelinuxArgument,
	type PxelinuxDirective,
	type PxelinuxDirectiveName,
	type PxelinuxReader,
	type PxelinuxScope,
	pxelinuxDirectives,
} from './directives.ts';
export { type EvaluatePxelinuxOptions, evaluatePxelinux } from './evaluate.ts';
export { includePxelinux, type PxelinuxIncludeReader } from './include.ts';
export {
	type LintPxelinuxOptions,
	lintPxelinux,
	type PxelinuxDiagnostic,
	type PxelinuxFix,
	type PxelinuxLintRule,
	type PxelinuxSeverity,
	pxelinuxLintRules,
} from './lint.ts';
export type {
	PxelinuxAction,
	PxelinuxEntry,
	PxelinuxEntryParts,
	PxelinuxKernelKeyword,
	PxelinuxMeaning,
	PxelinuxMenu,
	PxelinuxSettings,
} from './meaning.ts';
export { type PxelinuxModule, pxelinuxModuleLibraries, pxelinuxModules } from './modules.ts';
export {
	type ChainDiskOptions,
	type ComModuleOptions,
	chainDisk,
	comModule,
	type LinuxOptions,
	type LocalBootOptions,
	linux,
	localBoot,
	type MemdiskIsoOptions,
	memdiskIso,
	networkBootProgram,
	type SanBootOptions,
	type SubmenuOptions,
	sanBoot,
	separator,
	submenu,
	type WimbootOptions,
	wimboot,
} from './recipes.ts';
export {
	type PxelinuxBoot,
	type PxelinuxKernelType,
	type PxelinuxNoBoot,
	type ResolvePxelinuxOptions,
	resolvePxelinux,
} from './resolve.ts';
export {
	type PxelinuxHost,
	type PxelinuxQuestion,
	type PxelinuxRequest,
	type PxelinuxRun,
	runPxelinux,
} from './run.ts';
export { type PxelinuxSearch, pxelinuxConfigPaths, pxelinuxFileUri, pxelinuxPathPrefix } from './search.ts';
export type {
	PxelinuxBootSpec,
	PxelinuxEntryLook,
	PxelinuxEntrySpec,
	PxelinuxLabelLook,
	PxelinuxLabelSpec,
	PxelinuxMenuSpec,
	PxelinuxSeparatorSpec,
	PxelinuxSpec,
	PxelinuxSubmenuSpec,
} from './spec.ts';
export {
	type PxelinuxClient,
	type SysappendBit,
	type SysappendName,
	sysappendBits,
	sysappendMask,
	sysappendStrings,
} from './sysappend.ts';
export {
	type PxelinuxConfig,
	type PxelinuxLine,
	type PxelinuxLineKind,
	parsePxelinux,
	printPxelinux,
} from './tree.ts';
