import { PxekitError } from '../../wire/errors.ts';

const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'there is no such file',
	EACCES: 'you may not read it',
	EISDIR: 'it is a folder',
};

/** Why a file can't be read, in one sentence. */
export function fileFault(file: string, error: unknown): PxekitError {
	const { code = '', message } = error as NodeJS.ErrnoException;
	return new PxekitError('unreadable', `can't read ${file}: ${reasons[code] ?? message}`);
}
