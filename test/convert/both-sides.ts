import { type ConversionLoss, pxelinuxToIpxe } from 'pxekit/convert';
import { type BootOutcome, type IpxeHost, parseIpxe, printIpxe, runIpxe } from 'pxekit/ipxe';
import { evaluatePxelinux, parsePxelinux, runPxelinux } from 'pxekit/pxelinux';

const client = {
	ip: '10.0.0.9',
	serverIp: '10.0.0.1',
	gateway: '10.0.0.254',
	netmask: '255.255.255.0',
	mac: '52:54:00:12:34:56',
};
const ipxeHost: IpxeHost = {
	settings: {
		'net0/mac': client.mac,
		'net0/ip': client.ip,
		'net0/next-server': client.serverIp,
		'net0/gateway': client.gateway,
		'net0/netmask': client.netmask,
		// iSCSI wants to know who asks.
		'initiator-iqn': 'iqn.2004-01.org.example:host1',
	},
	uri: 'tftp://10.0.0.1/boot.ipxe',
};

/** What both loaders can be compared by. Each names its files on the command line in its own way. */
export function essence(outcome: BootOutcome): unknown {
	switch (outcome.kind) {
		case 'booted': {
			// Without URIs it is the local disk that iPXE's sanboot boots; so does chain.c32.
			if (outcome.kernel.name.endsWith('chain.c32')) return { san: [] };
			const own = /^(?:BOOT_IMAGE=|initrd=)/;
			const words = outcome.commandLine.split(' ').filter((word) => !own.test(word));
			const files = [outcome.kernel, ...outcome.initrds].map(({ uri }) => sameTftp(uri));
			return { files, commandLine: words.join(' ').trimEnd() };
		}
		case 'san':
			return { san: outcome.uris };
		case 'power':
			return outcome;
		default:
			return { kind: outcome.kind };
	}
}

/** iPXE's TFTP takes one slash more or less for the same file. */
const sameTftp = (uri: string) => uri.replace(/^(tftp:\/\/[^/]*)\/\//, '$1/');

/** What a label boots when it is typed at PXELINUX's prompt, or at its menu. */
export async function bootsInPxelinux(text: string, label: string): Promise<BootOutcome> {
	// The last PROMPT counts.
	const config = `${text}\nprompt 1\n`;
	const run = await runPxelinux({
		client,
		fetch: (uri) => (uri.includes('/pxelinux.cfg/01-') ? config : ''),
		answer: () => label,
	});
	return run.outcome;
}

/** What the script boots from a label on. */
export async function bootsInIpxe(script: string, label: string): Promise<BootOutcome> {
	const from = script.replace(/^(#!ipxe\ngoto ).*/, (_, start) => start + label);
	return (await runIpxe(parseIpxe(from), ipxeHost)).outcome;
}

export interface Compared {
	readonly label: string;
	readonly pxelinux: unknown;
	readonly ipxe: unknown;
}

/** Both dry runs of each entry that was converted without a loss of its own. */
export async function compareBoots(
	text: string,
): Promise<{ all: number; compared: Compared[]; losses: readonly ConversionLoss[] }> {
	const config = parsePxelinux(text);
	const { script, losses, labels } = pxelinuxToIpxe(config, { prefix: '', serverIp: client.serverIp });
	const printed = printIpxe(script);
	const lost = new Set(losses.map(({ entry }) => entry));
	const compared: Compared[] = [];
	for (const [label, name] of labels) {
		if (lost.has(label)) continue;
		compared.push({
			label,
			pxelinux: essence(await bootsInPxelinux(text, label)),
			ipxe: essence(await bootsInIpxe(printed, name)),
		});
	}
	const all = evaluatePxelinux(config).entries.filter(({ action }) => action === 'command').length;
	return { all, compared, losses };
}
