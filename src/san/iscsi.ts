import { DecodeError, EncodeError } from '../wire/errors.ts';
import { badLun, formatLun, lunNumber, parseLun, parseLunIpxe } from './lun.ts';
import { Secret } from './secret.ts';
import type { IscsiTarget, SanCredentials } from './target.ts';

/**
 * Whose reading of an iSCSI root path. `rfc4173` is the text of the standard; `edk2` is UEFI's initiator with a DHCPv4
 * root path, `edk2-dhcp6` with a DHCPv6 boot file URL; `dracut` is the kernel argument `netroot=`.
 */
export type IscsiDialect = 'rfc4173' | 'ipxe' | 'edk2' | 'edk2-dhcp6' | 'u-root' | 'dracut';

interface DialectRules {
	/** Whether `ISCSI:` is taken as well. */
	readonly anyCase: boolean;
	/** Whether `[fe80::1]` is one field. */
	readonly brackets: boolean;
	/** `tcp`: empty or 6. */
	readonly protocol: 'tcp' | 'ignored';
	/** `leading`: digits up to the first other character, as `strtoul` does. */
	readonly port: 'number' | 'leading';
	readonly lun: 'hex' | 'hex-cut' | 'decimal' | 'ignored';
	/** Text that may stand before the server name. */
	readonly prefix: 'none' | 'at' | 'credentials';
	/** `iqn`: made lower case, only `iqn.` names, and no discovery (IScsiNormalizeName, IScsiDhcpExtractRootPath). */
	readonly names: 'any' | 'iqn';
}

/** Sources: RFC 4173 section 5; iPXE net/tcp/iscsi.c; EDK2 NetworkPkg/IScsiDxe; u-root pkg/dhclient; dracut iscsiroot.sh. */
const dialects: Readonly<Record<IscsiDialect, DialectRules>> = {
	rfc4173: { anyCase: true, brackets: true, protocol: 'tcp', port: 'number', lun: 'hex', prefix: 'none', names: 'any' },
	ipxe: {
		anyCase: true,
		brackets: true,
		protocol: 'ignored',
		port: 'leading',
		lun: 'hex-cut',
		prefix: 'none',
		names: 'any',
	},
	edk2: { anyCase: false, brackets: false, protocol: 'tcp', port: 'number', lun: 'hex', prefix: 'none', names: 'iqn' },
	'edk2-dhcp6': {
		anyCase: false,
		brackets: true,
		protocol: 'tcp',
		port: 'number',
		lun: 'hex',
		prefix: 'none',
		names: 'iqn',
	},
	'u-root': {
		anyCase: false,
		brackets: true,
		protocol: 'ignored',
		port: 'number',
		lun: 'ignored',
		prefix: 'at',
		names: 'any',
	},
	dracut: {
		anyCase: false,
		brackets: true,
		protocol: 'ignored',
		port: 'number',
		lun: 'decimal',
		prefix: 'credentials',
		names: 'any',
	},
};

/** RFC 3720 section 3.2.6.1. */
const maximumNameBytes = 223;

/** @internal */
export function parseIscsi(text: string, dialect: IscsiDialect): IscsiTarget {
	const rules = dialects[dialect];
	if (!rules.anyCase && !text.startsWith('iscsi:')) throw bad('scheme', `${dialect} wants "iscsi:" in lower case`);
	let rest = text.slice('iscsi:'.length);
	let credentials: SanCredentials | undefined;
	if (rules.prefix === 'at') rest = rest.replace(/^@/, '');
	// dracut looks for credentials only when four colons follow the "@".
	if (rules.prefix === 'credentials' && /^[^@]*@(?:[^:]*:){4}/.test(rest)) {
		credentials = parseCredentials(rest.slice(0, rest.indexOf('@')));
		rest = rest.slice(rest.indexOf('@') + 1);
	}
	const server = takeServer(rest, rules);
	rest = rest.slice(server.length + 1);
	const name = dialect === 'dracut' ? /^.*:((?:iqn|eui|naa)\..*)$/s.exec(rest)?.[1] : undefined;
	const fields = name === undefined ? rest.split(':') : rest.slice(0, rest.length - name.length - 1).split(':');
	const [protocol = '', port = '', ...more] = fields;
	const devices = dialect === 'dracut' ? takeDevices(more, name !== undefined) : {};
	const [lun, ...nameParts] = more;
	if (lun === undefined) throw bad('name', 'five fields are wanted: server, protocol, port, LUN, target name');
	if (name !== undefined && nameParts.length > 0)
		throw bad('lun', `${nameParts.length} fields too many before the name`);
	const target: IscsiTarget = {
		scheme: 'iscsi',
		server: server.replace(/^\[(.*)\]$/, '$1'),
		...(protocol !== '' && { protocol: parseProtocol(protocol, rules) }),
		...(port !== '' && { port: parsePort(port, rules) }),
		lun: parseLunField(lun, rules),
		name: name ?? nameParts.join(':'),
		...(credentials && { credentials }),
		...devices,
	};
	checkText(target, bad);
	if (rules.names === 'any') return withoutUndefined(target);
	const normalised = { ...target, name: target.name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) };
	checkIqnOnly(normalised, bad);
	return withoutUndefined(normalised);
}

/** @internal */
export function formatIscsi(target: IscsiTarget, dialect: IscsiDialect, withCredentials: boolean): string {
	const refuse = (path: string, message: string) => new EncodeError('bad-iscsi', `iSCSI ${path}: ${message}`, { path });
	checkText(target, refuse);
	const rules = dialects[dialect];
	if (rules.names === 'iqn') checkIqnOnly(target, refuse);
	const { server, protocol, port, lun, name, credentials, interfaceName, networkDevice } = target;
	if (server.includes(':') && !rules.brackets) throw refuse('server', `${dialect} can't read an IPv6 address`);
	if (protocol !== undefined && protocol !== 6) throw refuse('protocol', `only 6 (TCP) is in use, not ${protocol}`);
	if (port !== undefined && !isPort(port)) throw refuse('port', `${port} is not a TCP port`);
	const number = lunNumber(encodableLun(lun, refuse));
	if (rules.lun === 'decimal' && number === undefined) throw refuse('lun', `dracut can't say ${lun}, only 0 to 255`);
	if (rules.lun === 'ignored' && number !== 0) throw refuse('lun', `${dialect} reads LUN 0 only`);
	const host = server.includes(':') ? `[${server}]` : server;
	const shortLun = number === 0 ? '' : rules.lun === 'decimal' ? String(number) : formatLun(parseLun(lun));
	let prefix = '';
	let devices = '';
	if (dialect === 'dracut') {
		if (!/^(?:iqn|eui|naa)\./.test(name) || /:(?:iqn|eui|naa)\./.test(name)) {
			throw refuse('name', 'dracut finds the name by its first "iqn.", "eui." or "naa."');
		}
		if (withCredentials && credentials) prefix = `${formatCredentials(credentials, refuse)}@`;
		// An empty "@" keeps a name's own "@" from being read as the end of credentials.
		else if (name.includes('@')) prefix = '@';
		if (interfaceName !== undefined || networkDevice !== undefined)
			devices = `${interfaceName ?? ''}:${networkDevice ?? ''}:`;
	} else if (interfaceName !== undefined || networkDevice !== undefined) {
		throw refuse('interfaceName', `only dracut's form has a place for interfaces, not ${dialect}`);
	}
	return `iscsi:${prefix}${host}:${protocol ?? ''}:${port ?? ''}:${devices}${shortLun}:${name}`;
}

type Refuse = (path: string, message: string) => Error;

function checkText({ server, name, interfaceName = '', networkDevice = '' }: IscsiTarget, refuse: Refuse): void {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
	const spaceOrControl = /[\s\0-\x1f\x7f]/;
	if (server.includes(':') ? !/^[0-9a-f:.]+(?:%[\w.-]+)?$/i.test(server) : !/^[\w.-]*$/.test(server)) {
		throw refuse('server', `${JSON.stringify(server)} is neither a host name nor an address (IPv6 goes in brackets)`);
	}
	if (name === '') throw refuse('name', 'there is no target name');
	if (spaceOrControl.test(name)) throw refuse('name', 'a target name holds no white space or control characters');
	if (new TextEncoder().encode(name).length > maximumNameBytes) {
		throw refuse('name', `longer than ${maximumNameBytes} bytes`);
	}
	for (const device of [interfaceName, networkDevice]) {
		if (!/^[\w.-]*$/.test(device)) throw refuse('networkDevice', `not a device name: ${JSON.stringify(device)}`);
	}
}

/** What EDK2 takes for a server and a name once capitals are made small. */
function checkIqnOnly({ server, name }: IscsiTarget, refuse: Refuse): void {
	if (server === '') throw refuse('server', 'EDK2 does no discovery; give a server');
	if (!/^iqn\.[a-z0-9.:-]*$/.test(name)) {
		throw refuse('name', 'EDK2 knows names of "iqn." with small letters, digits, ".", ":" and "-"');
	}
}

function takeServer(rest: string, { brackets }: DialectRules): string {
	const server = brackets && rest.startsWith('[') ? /^\[[^\]]*\](?=:)/.exec(rest)?.[0] : /^[^:]*(?=:)/.exec(rest)?.[0];
	if (server === undefined) throw bad('server', 'five fields are wanted: server, protocol, port, LUN, target name');
	return server;
}

/** dracut: with a name found by its marker three fields mean both, two mean the device; else two non-empty fields come before LUN and name. */
function takeDevices(fields: string[], nameFound: boolean): Pick<IscsiTarget, 'interfaceName' | 'networkDevice'> {
	let interfaceName: string | undefined;
	let networkDevice: string | undefined;
	if (nameFound) {
		if (fields.length === 3) interfaceName = fields.shift();
		if (fields.length === 2) networkDevice = fields.shift();
	} else if (fields.length > 3 && (fields[0] || fields[1])) {
		[interfaceName, networkDevice] = fields.splice(0, 2);
	}
	return { interfaceName: interfaceName || undefined, networkDevice: networkDevice || undefined };
}

function parseCredentials(text: string): SanCredentials | undefined {
	if (text === '') return undefined;
	const [username = '', password = '', reverseUsername, reversePassword, ...more] = text.split(':');
	if (more.length > 0) throw bad('credentials', 'more than two names and two secrets before the "@"');
	return {
		username,
		password: new Secret(password),
		...(reverseUsername !== undefined && { reverseUsername, reversePassword: new Secret(reversePassword ?? '') }),
	};
}

function formatCredentials(credentials: SanCredentials, refuse: Refuse): string {
	const { username, password, reverseUsername, reversePassword } = credentials;
	const parts = [username, password.reveal()];
	if (reverseUsername !== undefined) parts.push(reverseUsername, reversePassword?.reveal() ?? '');
	// No value in the message: it may be the secret.
	if (parts.some((part) => /[:@\s]/.test(part))) {
		throw refuse('credentials', 'dracut\'s form can\'t hold a name or secret with ":", "@" or white space');
	}
	return parts.join(':');
}

function parseProtocol(text: string, rules: DialectRules): number | undefined {
	if (text === '6') return 6;
	if (rules.protocol === 'ignored') return undefined;
	throw bad('protocol', 'only 6 (TCP) is in use');
}

function parsePort(text: string, rules: DialectRules): number | undefined {
	if (rules.port === 'leading') {
		const port = Number.parseInt(/^\d*/.exec(text)?.[0] || '0', 10) & 0xffff;
		return port === 0 ? undefined : port;
	}
	if (!/^\d{1,5}$/.test(text) || !isPort(Number(text))) throw bad('port', 'not a TCP port');
	return Number(text);
}

function parseLunField(text: string, rules: DialectRules): string {
	if (rules.lun === 'ignored') return '0';
	if (rules.lun === 'hex-cut') return formatLun(parseLunIpxe(text));
	if (rules.lun === 'hex') return formatLun(parseLun(text));
	if (!/^\d{0,3}$/.test(text) || Number(text) > 255) throw badLun();
	return Number(text).toString(16);
}

function encodableLun(lun: string, refuse: Refuse): string {
	try {
		parseLun(lun);
	} catch {
		throw refuse('lun', `${JSON.stringify(lun)} is not up to four hexadecimal groups`);
	}
	return lun;
}

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port <= 65535;

function withoutUndefined(target: IscsiTarget): IscsiTarget {
	return Object.fromEntries(
		Object.entries(target).filter(([, value]) => value !== undefined),
	) as unknown as IscsiTarget;
}

/** Without the field's text: under another dialect a field may be a password. */
function bad(path: string, message: string): DecodeError {
	return new DecodeError('bad-iscsi', `iSCSI ${path}: ${message}`, { path });
}
