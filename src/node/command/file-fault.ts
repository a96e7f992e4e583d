import { PxekitError } from '../../wire/errors.ts';

const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'there is no such file',
	EACCES: 'you may not read it',
	EISDIR: 'it is a folder',
};

/** Why a file can't be read, in one sentence; what is not the file's fault is passed on as it is. */
export function fileFault(file: string, error: unknown): unknown {
	if (!(error instanceof Error && 'code' in error)) return error;
	const { code = '', message } = error as NodeJS.ErrnoException;
	return new PxekitError('unreadable', `can't read ${file}: ${reasons[code] ?? message}`);
}
