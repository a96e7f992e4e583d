import { DecodeError, EncodeError } from '../wire/errors.ts';
import { formatLun, parseLun, parseLunIpxe } from './lun.ts';
import { Secret } from './secret.ts';
import type { AoeTarget, FcpTarget, ImageTarget, NvmeTcpTarget, SrpTarget } from './target.ts';

/** iPXE net/aoe.c: `aoe:e<major>.<minor>`, decimal. */
export function parseAoe(text: string): AoeTarget {
	const [, major, minor] = /^aoe:e(\d{1,5})\.(\d{1,3})$/i.exec(text) ?? [];
	const target: AoeTarget = { scheme: 'aoe', major: Number(major), minor: Number(minor) };
	if (!isAoe(target)) throw bad('aoe', 'wanted is aoe:e<shelf>.<slot>, shelf up to 65535 and slot up to 255');
	return target;
}

export function formatAoe(target: AoeTarget): string {
	if (!isAoe(target)) throw new EncodeError('bad-aoe', 'shelf must be 0 to 65535 and slot 0 to 255', { path: 'major' });
	return `aoe:e${target.major}.${target.minor}`;
}

const upTo = (value: number, maximum: number) => Number.isInteger(value) && value >= 0 && value <= maximum;
const isAoe = ({ major, minor }: AoeTarget) => upTo(major, 65535) && upTo(minor, 255);

/** iPXE net/fcp.c: `fcp:<wwn>:<lun>` or `fcp://<wwn>/<lun>`. */
export function parseFcp(text: string): FcpTarget {
	const [, portName, lun] = /^fcp:(?:\/\/)?((?:[0-9a-f]{2}:){7}[0-9a-f]{2})[:/](.*)$/is.exec(text) ?? [];
	if (portName === undefined || lun === undefined || /^fcp:\/\/.{23}:|^fcp:[^/].{22}\//is.test(text)) {
		throw bad('fcp', 'wanted is fcp:<port name>:<LUN> or fcp://<port name>/<LUN>, the name as eight bytes with colons');
	}
	return { scheme: 'fcp', portName: portName.toLowerCase(), lun: formatLun(parseLunIpxe(lun)) };
}

export function formatFcp({ portName, lun }: FcpTarget): string {
	if (!/^(?:[0-9a-f]{2}:){7}[0-9a-f]{2}$/i.test(portName)) {
		throw new EncodeError('bad-fcp', `not a port name: ${JSON.stringify(portName)}`, { path: 'portName' });
	}
	return `fcp:${portName}:${shortLun(lun)}`;
}

/** Fields of an `ib_srp:` URI in order, iPXE drivers/infiniband/../net/infiniband/ib_srp.c. `bytes` 0: a number. */
const srpFields = [
	{ name: 'sourceGid', bytes: 16, required: false },
	{ name: 'initiatorIdExtension', bytes: 8, required: false },
	{ name: 'initiatorHcaGuid', bytes: 8, required: false },
	{ name: 'destinationGid', bytes: 16, required: true },
	{ name: 'partitionKey', bytes: 0, required: false },
	{ name: 'serviceId', bytes: 8, required: true },
	{ name: 'lun', bytes: 0, required: false },
	{ name: 'targetIdExtension', bytes: 8, required: true },
	{ name: 'targetIoControllerGuid', bytes: 8, required: true },
] as const;

export function parseSrp(text: string): SrpTarget {
	const values = text.slice('ib_srp:'.length).split(':');
	if (values.length !== srpFields.length) throw bad('ib_srp', `nine fields are wanted, there are ${values.length}`);
	const target: Record<string, string> & { lun?: string } = { scheme: 'ib_srp' };
	for (const [at, field] of srpFields.entries()) {
		const value = (values[at] as string).toLowerCase();
		const wrong = wrongSrpField(field, value);
		if (wrong) throw bad('ib_srp', wrong, field.name);
		if (field.name === 'lun') target.lun = formatLun(parseLunIpxe(value));
		else if (value !== '') target[field.name] = value;
	}
	return target as unknown as SrpTarget;
}

export function formatSrp(target: SrpTarget): string {
	const values = srpFields.map((field) => {
		const value = target[field.name] ?? '';
		const wrong = wrongSrpField(field, value.toLowerCase());
		if (wrong) throw new EncodeError('bad-ib_srp', wrong, { path: field.name });
		return field.name === 'lun' ? shortLun(value) : value;
	});
	return `ib_srp:${values.join(':')}`;
}

function wrongSrpField({ name, bytes, required }: (typeof srpFields)[number], value: string): string | undefined {
	if (value === '') return required ? `${name} is missing` : undefined;
	if (name === 'lun') return undefined;
	if (bytes === 0) return /^[0-9a-f]{1,4}$/.test(value) ? undefined : `${name} must be up to four hexadecimal digits`;
	return value.length === 2 * bytes && /^[0-9a-f]*$/.test(value)
		? undefined
		: `${name} must be ${2 * bytes} hexadecimal digits`;
}

/** NVMe over TCP boot, timberland EDK2 NvmeOfDhcp.c: `nvme+tcp://<host>[:port]/<nqn>[/<nid>]`. */
const nvmeForm = /^nvme\+tcp:\/\/(\[[0-9a-f:.]+(?:%[\w.-]+)?\]|[\w.-]+)(?::(\d{1,5}))?\/([^/\s]+)(?:\/([^/\s]*))?$/i;
const namespaceForm =
	/^(?:0|urn:(?:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|eui64:[0-9a-f]{16}|nguid:[0-9a-f]{32}))$/i;

export function parseNvmeTcp(text: string): NvmeTcpTarget {
	const [, host, port, subsystem, namespaceId] = nvmeForm.exec(text) ?? [];
	if (host === undefined || subsystem === undefined) {
		throw bad('nvme+tcp', 'wanted is nvme+tcp://<host>[:<port>]/<subsystem NQN>[/<namespace>]');
	}
	const wrong = wrongNvme(subsystem, port === undefined ? undefined : Number(port), namespaceId || undefined);
	if (wrong) throw bad('nvme+tcp', wrong);
	return {
		scheme: 'nvme+tcp',
		host: host.replace(/^\[(.*)\]$/, '$1'),
		...(port !== undefined && { port: Number(port) }),
		subsystem,
		...(namespaceId && { namespaceId }),
	};
}

export function formatNvmeTcp({ host, port, subsystem, namespaceId }: NvmeTcpTarget): string {
	const authority = `${host.includes(':') ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`;
	const uri = `nvme+tcp://${authority}/${subsystem}${namespaceId === undefined ? '' : `/${namespaceId}`}`;
	const wrong = nvmeForm.test(uri) ? wrongNvme(subsystem, port, namespaceId) : 'host, port or subsystem is malformed';
	if (wrong) throw new EncodeError('bad-nvme+tcp', `nvme+tcp: ${wrong}`);
	return uri;
}

function wrongNvme(subsystem: string, port: number | undefined, namespaceId: string | undefined): string | undefined {
	if (port !== undefined && (!upTo(port, 65535) || port === 0)) return `${port} is not a TCP port`;
	if (!subsystem.startsWith('nqn.') || subsystem.length > 223)
		return 'the subsystem name must begin with "nqn." and have up to 223 characters';
	if (namespaceId !== undefined && !namespaceForm.test(namespaceId))
		return 'the namespace must be 0 or urn:uuid:, urn:eui64:, urn:nguid:';
	return undefined;
}

const imageForm = /^(https?|nfs):\/\/(?:([^/?#@\s]*)@)?([^/?#@\s]+)([/?#]\S*)?$/i;

export function parseImage(text: string): ImageTarget {
	const [, scheme, user, host, path = ''] = imageForm.exec(text) ?? [];
	// The text is not shown: a malformed one may hold a password.
	if (scheme === undefined) throw bad('image', 'wanted is scheme://host/path without white space');
	const [username = '', ...password] = (user ?? '').split(':');
	const lowerCase = scheme.toLowerCase() as ImageTarget['scheme'];
	return {
		scheme: lowerCase,
		uri: `${lowerCase}://${host}${path}`,
		...(user !== undefined && { credentials: { username, password: new Secret(password.join(':')) } }),
	};
}

export function formatImage({ scheme, uri, credentials }: ImageTarget, withCredentials: boolean): string {
	const form = imageForm.exec(uri);
	if (!form || form[1]?.toLowerCase() !== scheme)
		throw new EncodeError('bad-image', `not a ${scheme} URI`, { path: 'uri' });
	if (form[2] !== undefined)
		throw new EncodeError('user-in-uri', 'give the user and the password as credentials', { path: 'uri' });
	if (!withCredentials || !credentials) return uri;
	const user = [credentials.username, credentials.password.reveal()].join(':');
	if (/[/?#@\s]/.test(user) || credentials.username.includes(':')) {
		throw new EncodeError('bad-credentials', 'percent-encode / ? # @ : and white space in user and password', {
			path: 'credentials',
		});
	}
	return uri.replace('://', () => `://${user}@`);
}

function shortLun(lun: string): string {
	try {
		return formatLun(parseLun(lun));
	} catch {
		throw new EncodeError('bad-lun', `not a LUN: ${JSON.stringify(lun)}`, { path: 'lun' });
	}
}

function bad(scheme: string, message: string, path?: string): DecodeError {
	return new DecodeError(`bad-${scheme}`, `${scheme}: ${message}`, { path });
}
