import { formatHex, parseHex } from 'pxekit';
import { type DhcpOptionName, type DhcpOptionValues, type DhcpPacket, dhcpOptionTable } from 'pxekit/dhcp';
import {
	type BsdpImageId,
	type BsdpOptions,
	bsdpOptionTable,
	decodeBsdpOptions,
	decodePxeOptions,
	encodeBsdpOptions,
	type PxeOptions,
} from 'pxekit/pxe';
import type { TsharkField } from './tshark.ts';

/** Fields that repeat what another one says, or that say nothing about the value. */
const noise =
	/^$|^_ws\.|^dhcp\.option\.(length|value|suboption_length)$|ca_length$|client_architecture\.ambiguous|pxeclient\.(suboption|boot_servers|boot_menu|menu_prompt|boot_item|multicast_address_alloc|credential_types|end|padding)$|agent_information_option\.value$|user_class(\.length|\.text)?$|fqdn\.(flags|mbz)$|isns\.\w+\.|vendor\.value$|rdnss\.reserved|vi\.(length|value)$|vi_class\.length$/;

/** The values that tshark reads in an option, in order. */
export function tsharkValues(option: TsharkField): string[] {
	return option.fields.flatMap((field): string[] => {
		const own = noise.test(field.name) ? [] : [plain(field)];
		// Below a MAC or a DUID stand views of it.
		return [...own, ...tsharkValues(field)];
	});
}

function plain({ name, show, showname }: TsharkField): string {
	if (/^0x[0-9a-f]+$/i.test(show)) return String(Number(show));
	if (name.endsWith('classless_static_route'))
		return showname
			.trim()
			.replace('-', ' ')
			.replace(/^default /, '0.0.0.0/0 ');
	if (name.endsWith('name_service_search_option')) return /\((\d+)\)$/.exec(show)?.[1] ?? show;
	if (/bulk_lease\.(base_time|query_)/.test(name)) return String(Date.parse(show.replace('.000000000', '')) / 1000);
	return show;
}

function colons(bytes: Uint8Array): string {
	return formatHex(bytes, ':');
}

/** A value's parts in order, spelled as tshark does. */
function parts(value: unknown): string[] {
	if (value instanceof Uint8Array) return [colons(value)];
	if (typeof value === 'boolean') return [value ? '1' : '0'];
	if (Array.isArray(value)) return value.flatMap(parts);
	if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(parts);
	return [String(value)];
}

/** Where tshark tells the parts in another order, or others. */
const spelled: { readonly [N in DhcpOptionName]?: (value: DhcpOptionValues[N]) => unknown } = {
	clientFqdn: (fqdn) => [
		[fqdn.noUpdates, fqdn.dnsEncoded, fqdn.serverOverrides, fqdn.serverUpdates],
		[fqdn.rcode1, fqdn.rcode2, fqdn.dnsEncoded ? fqdn.name.replace(/\.$/, '') : fqdn.name],
	],
	relayAgentInformation: (items) =>
		items.map(({ code, bytes, value }) => [code, value === true ? [] : (value ?? bytes)]),
	clientIdentifier: (id) => {
		if (!id.duid || !id.iaid) return [id.type, id.data];
		// RFC 8415 section 11: type 1 = hardware type, time, address; 3 = hardware type, address.
		const at = id.duid[1] === 1 ? 8 : 4;
		const view = new DataView(id.duid.buffer, id.duid.byteOffset);
		const time = id.duid[1] === 1 ? [view.getUint32(4)] : [];
		return [id.iaid.toString(16).padStart(8, '0'), view.getUint16(0), view.getUint16(2), time, id.duid.subarray(at)];
	},
	classlessStaticRoute: (routes) => routes.map(({ destination, router }) => `${destination} ${router}`),
	microsoftClasslessStaticRoute: (routes) => routes.map(({ destination, router }) => `${destination} ${router}`),
	clientNetworkInterface: ({ major, minor }) => [major, minor],
	clientMachineIdentifier: ({ guid }) => guid,
	userClass: ({ classes }) => classes,
	sipServers: (servers) => ('names' in servers ? [0, servers.names] : [1, servers.addresses]),
	rdnssSelection: (value) => [
		[value.preference, value.primaryAddress, value.secondaryAddress],
		value.domains.map((name) => name || '<Root>'),
	],
	portParameters: ({ offset, psidLength, psid }) => [offset, psidLength, Uint8Array.of(psid >> 8, psid & 0xff)],
	statusCode: ({ code, message }) => (message === '' ? code : [code, message]),
	authentication: (value) => [
		[value.protocol, value.algorithm, value.replayDetectionMethod],
		Number.parseInt(formatHex(value.replayDetection), 16),
		Number.parseInt(formatHex(value.information.subarray(0, 4)), 16),
		value.information.subarray(4),
	],
	geoConf: (point) => [
		[point.latitude, point.longitude, 2 ** (8 - point.latitudeResolution), 2 ** (8 - point.longitudeResolution)],
		[point.altitude, 2 ** (21 - point.altitudeResolution), point.altitudeType, point.datum],
	],
};

function pxeParts({ items, values }: PxeOptions): unknown[] {
	const control = values.discoveryControl;
	const bits = control && [
		control.disableBroadcast,
		control.disableMulticast,
		control.serverListOnly,
		control.useBootFile,
	];
	return items.map(({ code, bytes }) => {
		if (code === 6) return [bytes[0], bits];
		if (code === 8) return values.bootServers?.map(({ type, addresses }) => [type, addresses.length, addresses]);
		if (code === 9)
			return values.bootMenu?.map(({ type, text }) => [type, new TextEncoder().encode(text).length, text]);
		if (code === 71) return [values.bootItem?.type, bytes.subarray(2)];
		if (code === 10) return [values.menuPrompt?.timeout, values.menuPrompt?.text];
		const row = Object.entries(values).find(([name]) => pxeNames[code] === name);
		return row ? row[1] : bytes;
	});
}

const pxeNames: Readonly<Record<number, string>> = {
	1: 'mtftpAddress',
	2: 'mtftpClientPort',
	3: 'mtftpServerPort',
	4: 'mtftpTimeout',
	5: 'mtftpDelay',
	7: 'discoveryMulticastAddress',
	179: 'lcmServer',
	180: 'lcmDomain',
	181: 'lcmNicOption',
	190: 'lcmWorkgroup',
	191: 'lcmDiscovery',
	192: 'lcmConfigured',
	193: 'lcmVersion',
	194: 'lcmSerialNumber',
};

/** Attributes of 16 bits, then each of their fields, then the index. */
function bsdpIdParts({ install, kind, index }: BsdpImageId): unknown[] {
	return [(install ? 0x8000 : 0) | (kind << 8), install, kind, 0, index];
}

function bsdpParts({ items, values }: BsdpOptions): unknown[] {
	return items.map(({ code, bytes }) => {
		const id = { 7: values.defaultBootImageId, 8: values.selectedBootImageId }[code];
		if (id) return [code, Number.parseInt(formatHex(bytes), 16), bsdpIdParts(id)];
		if (code === 9 && values.bootImageList) {
			const images = values.bootImageList.map((image) => {
				const encoded = encodeBsdpOptions({ bootImageList: [image] }).subarray(2);
				return [encoded, bsdpIdParts(image), new TextEncoder().encode(image.name).length, image.name];
			});
			return [code, bytes, images];
		}
		const name = bsdpOptionTable.find((row) => row.code === code)?.name;
		return [code, (name && values[name]) ?? bytes];
	});
}

/** Our reading of an option in tshark's spelling; `undefined` where we read nothing but bytes. */
export function ourValues(packet: DhcpPacket, code: number): string[] | undefined {
	const row = dhcpOptionTable.find((row) => row.code === code);
	if (!row) return undefined;
	if (code === 53) return [String(packet.options.bytes(53)?.[0])];
	if (code === 43) {
		const vendorClass = packet.options.tryGet('vendorClassIdentifier');
		const block = packet.options.bytes(43) as Uint8Array;
		if (vendorClass?.startsWith('PXEClient')) return parts(pxeParts(decodePxeOptions(block)));
		return vendorClass?.startsWith('AAPLBSDPC') ? parts(bsdpParts(decodeBsdpOptions(block))) : undefined;
	}
	const value = packet.options.get(row.name);
	const spell = spelled[row.name] as ((value: unknown) => unknown) | undefined;
	return parts(spell ? spell(value) : value);
}

/** Whether two readings say the same. Where we keep bytes, tshark may show text or an address. */
export function agree(ours: readonly string[], theirs: readonly string[]): boolean {
	return (
		ours.length === theirs.length &&
		ours.every((part, i) => {
			const other = theirs[i] as string;
			if (part === other) return true;
			if (!/^[0-9a-f]{2}(:[0-9a-f]{2})*$/.test(part)) return false;
			const bytes = parseHex(part);
			return new TextDecoder('latin1').decode(bytes) === other || Array.from(bytes).join('.') === other;
		})
	);
}
