/** iPXE's own error numbers (`include/errno.h`), the low byte as its Linux build gives it, and the text it prints. */
const errors = {
	ECANCELED: { high: 0x0b, low: 0x7d, text: 'Operation canceled' },
	ECONNRESET: { high: 0x0f, low: 0x68, text: 'Connection reset' },
	EHOSTUNREACH: { high: 0x17, low: 0x71, text: 'Host is unreachable' },
	EINVAL: { high: 0x1c, low: 0x16, text: 'Invalid argument' },
	EIO: { high: 0x1d, low: 0x05, text: 'Input/output error' },
	ENODEV: { high: 0x2c, low: 0x13, text: 'No such device' },
	ENOENT: { high: 0x2d, low: 0x02, text: 'No such file or directory' },
	ENOEXEC: { high: 0x2e, low: 0x08, text: 'Exec format error' },
	ENOTSUP: { high: 0x3c, low: 0x5f, text: 'Operation not supported' },
	ENOTTY: { high: 0x3d, low: 0x19, text: 'Inappropriate I/O control operation' },
	EOPNOTSUPP: { high: 0x3f, low: 0x5f, text: '' },
	EPERM: { high: 0x41, low: 0x01, text: 'Operation not permitted' },
	EACCES: { high: 0x02, low: 0x0d, text: 'Permission denied' },
	ERANGE: { high: 0x46, low: 0x22, text: 'Result too large' },
	ETIMEDOUT: { high: 0x4c, low: 0x6e, text: 'Connection timed out' },
} as const;

type ErrorName = keyof typeof errors;

/** Numbers of iPXE's source files as they stand in its status values (`include/ipxe/errfile.h`). */
const files = {
	linux: 0x24_2000,
	image: 0x00_8000,
	job: 0x00_6000,
	exec: 0x02_2000,
	script: 0x02_8000,
	ipv4: 0x05_6000,
	settings: 0x0c_2000,
	http: 0x0c_6000,
	tls: 0x0a_6000,
	iscsi: 0x0d_6000,
	base16: 0x11_2000,
	parseopt: 0x16_2000,
	cpair: 0x1d_2000,
	ifmgmt: 0x1d_e000,
	colour: 0x1e_2000,
	prompt: 0x22_e000,
	dynui: 0x1b_2000,
	open: 0x09_2000,
} as const;

/** A status as iPXE prints it: error, source file, which of the file's errors. */
export function status(error: ErrorName, file: keyof typeof files, unique = 0): number {
	const { high, low } = errors[error];
	return (high * 0x100_0000 + files[file] + unique * 0x100 + low) >>> 0;
}

/** `exit 1` is this; `status & 0xff` is the POSIX number of the others. */
export function statusText(value: number): string {
	const digits = value.toString(16).padStart(8, '0');
	return `${describe(value)} (https://ipxe.org/${digits})`;
}

const httpTexts: Readonly<Record<number, string>> = {
	[status('ENOENT', 'http', 1)]: 'Not found',
	[status('EACCES', 'http', 1)]: 'HTTP 401 Unauthorized',
	[status('EPERM', 'http', 1)]: 'HTTP 403 Forbidden',
	[status('EIO', 'http', 1)]: 'Error response',
	[status('EIO', 'http', 2)]: 'Server error',
};

function describe(value: number): string {
	const http = httpTexts[value];
	if (http !== undefined) return http;
	const known = Object.values(errors).find(({ high, low }) => value >>> 24 === high && (value & 0x7f) === low);
	return known?.text || `Error 0x${value.toString(16).padStart(8, '0')}`;
}

/** What iPXE makes of an HTTP status (`http_core.c`). */
export function httpStatus(code: number): number {
	if (code >= 200 && code < 300) return 0;
	if (code === 401) return status('EACCES', 'http', 1);
	if (code === 403) return status('EPERM', 'http', 1);
	if (code === 404) return status('ENOENT', 'http', 1);
	return status('EIO', 'http', code >= 500 ? 2 : 1);
}
