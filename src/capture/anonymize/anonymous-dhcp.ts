import { type DhcpPacket, decodeDhcp } from '../../dhcp/index.ts';
import { rowOfCode } from '../../dhcp/option-names.ts';
import { layout } from '../../dhcp/packet.ts';
import { ipxeOptionTable } from '../../pxe/ipxe-option-table.ts';
import { DecodeError } from '../../wire/errors.ts';
import { scrubNames } from './anonymous-domain-names.ts';
import { type Identities, latin1 } from './anonymous-identity.ts';
import { changeJoined } from './anonymous-slices.ts';
import { scrubText } from './anonymous-text.ts';

/** Replaces what a DHCP or BOOTP packet tells of people and machines, in place. What can't be read is zeroed. */
export function scrubDhcp(identities: Identities, bytes: Uint8Array): void {
	let packet: DhcpPacket;
	try {
		packet = decodeDhcp(bytes.slice());
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		// The first bytes are kinds and numbers.
		scrubHeader(identities, bytes);
		bytes.fill(0, layout.chaddr + layout.chaddrLength);
		return;
	}
	scrubHeader(identities, bytes);
	const entries = packet.options.entries();
	const isOverloaded = (area: string) => entries.some(({ source }) => source === area);
	if (!isOverloaded('sname')) scrubField(identities, bytes, layout.sname, layout.snameLength, true);
	if (!isOverloaded('file')) scrubField(identities, bytes, layout.file, layout.fileLength, false);
	for (const code of new Set(entries.map((entry) => entry.code))) {
		const parts = entries.filter((entry) => entry.code === code && entry.offset !== undefined);
		const slices = parts.map(({ offset = 0, bytes: { length } }) => ({
			bytes,
			start: offset + 2,
			end: offset + 2 + length,
		}));
		changeJoined(slices, (joined) => scrubOption(identities, code, joined, packet));
	}
	bytes.fill(0, bytes.length - packet.trailing.length);
}

function scrubHeader(identities: Identities, bytes: Uint8Array): void {
	for (const at of [12, 16, 20, 24]) if (at + 4 <= bytes.length) identities.ipv4(bytes, at);
	const end = layout.chaddr + layout.chaddrLength;
	if (bytes.length < end) {
		bytes.fill(0, layout.chaddr);
	} else if (bytes[2] === 6) {
		identities.mac(bytes, layout.chaddr);
		bytes.fill(0, layout.chaddr + 6, end);
	} else if ((bytes[2] as number) > 0) identities.opaque(bytes, layout.chaddr, end);
}

/** What stands behind the NUL is left over from other packets. */
function scrubField(identities: Identities, bytes: Uint8Array, start: number, length: number, isName: boolean): void {
	const nul = bytes.indexOf(0, start);
	const end = nul < 0 || nul > start + length ? start + length : nul;
	if (isName) learnHost(identities, latin1(bytes, start, end));
	scrubText(identities, bytes, start, end);
	bytes.fill(0, end, start + length);
}

/** A name, unless it is an address. */
function learnHost(identities: Identities, text: string): void {
	if (!/^[\d.]*$|:/.test(text)) identities.learnName(text);
}

type Scrub = (identities: Identities, bytes: Uint8Array, packet: DhcpPacket) => void;

const wipe: Scrub = (_, bytes) => void bytes.fill(0);
const text: Scrub = (identities, bytes) => scrubText(identities, bytes, 0, bytes.length);
const blob: Scrub = (identities, bytes, packet) => {
	identities.scan(bytes, 0, bytes.length);
	text(identities, bytes, packet);
};
const addresses: Scrub = (identities, bytes) => {
	for (let at = 0; at + 4 <= bytes.length; at += 4) identities.ipv4(bytes, at);
};
const names: Scrub = (identities, bytes) => scrubNames(identities, bytes, 0);
const leave: Scrub = () => undefined;

/** By how the option is read; of options not named here, addresses and names that are known are replaced. */
const byKind: Readonly<Record<string, Scrub>> = {
	ipv4: addresses,
	ipv4List: addresses,
	optionalIpv4List: addresses,
	policyFilters: addresses,
	staticRoutes: addresses,
	ipv6: (identities, bytes) => void (bytes.length >= 16 && identities.ipv6(bytes, 0)),
	classlessRoutes: (identities, bytes) => {
		for (let at = 0; at < bytes.length; ) {
			const significant = Math.ceil((bytes[at] as number) / 8);
			const destination = new Uint8Array(4);
			destination.set(bytes.subarray(at + 1, at + 1 + Math.min(4, significant)));
			identities.ipv4(destination, 0);
			bytes.set(destination.subarray(0, Math.min(significant, bytes.length - at - 1)), at + 1);
			const router = at + 1 + significant;
			if (router + 4 <= bytes.length) identities.ipv4(bytes, router);
			at = router + 4;
		}
	},
	text,
	uriList: text,
	domainName: names,
	domainNames: names,
	domainSearch: names,
	machineIdentifier: (identities, bytes) => {
		if (bytes.length === 17) identities.uuid(bytes, 1);
		else identities.opaque(bytes, 1, bytes.length);
	},
	// RFC 2132 section 9.14: a hardware address; EDK2 sends the UUID; RFC 4361 section 6.1: a DUID, of which only the kind stays.
	clientIdentifier: (identities, bytes) => {
		const isHardware = bytes.length === 7 && bytes[0] !== 0 && bytes[0] !== 255;
		if (isHardware) identities.mac(bytes, 1);
		else if (bytes.length === 17 && bytes[0] === 0) identities.uuid(bytes, 1);
		else if (bytes[0] === 255 && bytes.length > 7) {
			identities.opaque(bytes, 1, 5);
			identities.opaque(bytes, 7, bytes.length);
		} else identities.opaque(bytes, 1, bytes.length);
	},
	// RFC 4702 section 2.
	clientFqdn: (identities, bytes, packet) => {
		const isWireForm = ((bytes[0] as number) & 4) !== 0;
		if (isWireForm) return scrubNames(identities, bytes, Math.min(3, bytes.length));
		identities.learnName(latin1(bytes, 3, bytes.length));
		text(identities, bytes.subarray(3), packet);
	},
	relayAgentInformation: (identities, bytes) => {
		forEachPart(bytes, (code, data) => {
			// RFC 3527, RFC 5107: addresses. All else is what a relay calls its ports and clients.
			if (code === 5 || code === 11) addresses(identities, data, noPacket);
			else if (code === 8) data.fill(0);
			else if (code !== 10) identities.opaque(data, 0, data.length);
		});
	},
	civicAddress: wipe,
	coordinates: wipe,
	authentication: wipe,
	messageType: leave,
	boolean: leave,
	present: leave,
	i32: leave,
	u8: leave,
	u8List: leave,
	u16: leave,
	u16List: leave,
	u32: leave,
	clientNetworkInterface: leave,
	pxelinuxMagic: leave,
};

const noPacket = undefined as never;

/** Options that are a name and nothing else. */
const nameOptions = [12, 15, 40, 47, 62, 64, 66, 86, 87, 113];

const ipxeSecrets: ReadonlySet<number> = new Set(
	ipxeOptionTable.filter((row) => 'secret' in row && row.secret).map(({ code }) => code),
);

const byCode: Readonly<Record<number, Scrub>> = {
	1: leave,
	43: (identities, bytes, packet) => {
		if (packet.options.tryGet('vendorClassIdentifier')?.startsWith('AAPLBSDPC')) return void bytes.fill(0);
		if (!packet.options.tryGet('vendorClassIdentifier')?.startsWith('PXEClient'))
			return blob(identities, bytes, packet);
		const whole = forEachPart(bytes, (code, data) => {
			if (code === 8) scrubBootServers(identities, data);
			else if (code === 1 || code === 7) addresses(identities, data, packet);
			else blob(identities, data, packet);
		});
		if (!whole) bytes.fill(0);
	},
	55: leave,
	// Scope and client: the class of a vendor's client names nobody, but may hold a URL or a serial number.
	60: text,
	98: wipe,
	175: (identities, bytes, packet) => {
		const whole = forEachPart(bytes, (code, data) => {
			if (ipxeSecrets.has(code)) data.fill(0x78);
			else if (!ipxeOptionTable.some((row) => row.code === code)) data.fill(0);
			else blob(identities, data, packet);
		});
		if (!whole) bytes.fill(0);
	},
};

/** PXE 2.1 table 2-1: type, count and addresses of each. */
function scrubBootServers(identities: Identities, bytes: Uint8Array): void {
	for (let at = 0; at + 3 <= bytes.length; ) {
		const end = at + 3 + 4 * (bytes[at + 2] as number);
		addresses(identities, bytes.subarray(at + 3, end), noPacket);
		at = end;
	}
}

function scrubOption(identities: Identities, code: number, bytes: Uint8Array, packet: DhcpPacket): void {
	if (nameOptions.includes(code)) learnHost(identities, latin1(bytes, 0, bytes.length));
	const kind = rowOfCode(code)?.kind;
	const scrub = byCode[code] ?? (kind === undefined ? undefined : byKind[kind]) ?? blob;
	scrub(identities, bytes, packet);
}

/** The sub-options of an option: code, length, data. `false` when they do not come out even. */
function forEachPart(bytes: Uint8Array, each: (code: number, data: Uint8Array) => void): boolean {
	let at = 0;
	while (at < bytes.length) {
		const code = bytes[at] as number;
		if (code === 0) at++;
		else if (code === 255) {
			return true;
		} else {
			const end = at + 2 + (bytes[at + 1] ?? 256);
			if (end > bytes.length) return false;
			each(code, bytes.subarray(at + 2, end));
			at = end;
		}
	}
	return true;
}
