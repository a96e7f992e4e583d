import { join } from 'node:path';
import type { Lab } from './lab.ts';
import { type Host, inNamespace } from './network.ts';
import type { Program } from './program.ts';

/** dnsmasq on a host of the lab, with these command line options. */
export async function startDnsmasq(lab: Lab, host: Host, name: string, options: readonly string[]): Promise<Program> {
	const fixed = ['--no-daemon', '--conf-file=/dev/null', '--port=0', '--user=root', '--log-dhcp', '--bind-interfaces'];
	const own = [`--interface=${host.interface}`, `--dhcp-leasefile=${join(lab.folder, `${name}.leases`)}`];
	const program = lab.start(host, name, ['dnsmasq', ...fixed, ...own, ...options]);
	await program.logged(/started, version/, 10);
	return program;
}

/**
 * Announces a host as router for IPv6, which gives out no IPv4 addresses: without an answer to its router solicitations
 * iPXE waits 15 seconds before each boot. `more` are further options of dnsmasq.
 */
export async function startIpv6Router(lab: Lab, host: Host, more: readonly string[] = []): Promise<Program> {
	const enableIpv6 = `echo 0 > /proc/sys/net/ipv6/conf/${host.interface}/disable_ipv6`;
	const addAddress = `ip addr replace fd77::1/64 dev ${host.interface} nodad`;
	await inNamespace(host.namespace, 'sh', '-ec', `${enableIpv6}; ${addAddress}`);
	return startDnsmasq(lab, host, `router-${host.address}`, ['--enable-ra', '--dhcp-range=fd77::,ra-only', ...more]);
}

/**
 * What the router in a house or an office does: DHCP addresses from 10.77.0.100 on and nothing about booting, and IPv6.
 * `more` are further options of dnsmasq.
 */
export async function startPlainDhcp(lab: Lab, host: Host, more: readonly string[] = []): Promise<Program> {
	return startIpv6Router(lab, host, ['--dhcp-range=10.77.0.100,10.77.0.150,5m', '--no-ping', ...more]);
}
