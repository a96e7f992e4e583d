import type { BootAnswer, BootClient } from 'pxekit/pxe';

/** iPXE whatever it runs on; UEFI HTTP boot; all others by firmware. */
export type ClientKind = 'ipxe' | 'http' | 'bios' | 'uefi';

/** What each kind of client boots: a file's name, or more. Those without an answer are left alone. */
export type AnswersByKind = { readonly [Kind in ClientKind]?: string | BootAnswer };

export function answerFor(files: AnswersByKind, client: BootClient): BootAnswer | undefined {
	const answer = files[kindOf(client)];
	return typeof answer === 'string' ? { file: answer } : answer;
}

function kindOf({ ipxe, kind, architecture }: BootClient): ClientKind {
	if (ipxe) return 'ipxe';
	if (kind === 'http') return 'http';
	return architecture.firmware === 'uefi' ? 'uefi' : 'bios';
}
