import { Cleanup } from './cleanup.ts';
import { run } from './command.ts';
import { isLeftover, signal } from './processes.ts';

/** A computer of the network: programs are started in its namespace. */
export interface Host {
	readonly namespace: string;
	readonly interface: string;
	/** Without prefix length: `10.77.0.1`. */
	readonly address: string;
}

/** One Ethernet segment. Machines hang on `tap`; everything that passes can be captured on the boot host's bridge. */
export interface Network extends AsyncDisposable {
	/** 10.77.0.1; its interface is the bridge itself. */
	readonly boot: Host;
	/** Tap interface in the boot host's namespace, for one machine at a time. */
	readonly tap: string;
	/** Adds a computer to the segment: `addHost('dhcp', '10.77.0.3')`. */
	addHost(name: string, address: string): Promise<Host>;
}

let networksMade = 0;

/** Namespaces of its own, nothing of it outside. Removed by disposal, with every process that still runs in them. */
export async function createNetwork(): Promise<Network> {
	await removeLeftovers();
	const cleanup = new Cleanup();
	const prefix = `pxekit-${process.pid}-${++networksMade}`;

	async function addNamespace(name: string): Promise<string> {
		const namespace = `${prefix}-${name}`;
		await run('ip', ['netns', 'add', namespace]);
		cleanup.defer(() => removeNamespace(namespace));
		// Quiet captures: no router solicitations of our own; a host that wants IPv6 switches it on again.
		const disableIpv6 = 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6';
		await inNamespace(namespace, 'sh', '-c', disableIpv6);
		await ip(namespace, 'link set lo up');
		return namespace;
	}

	try {
		const namespace = await addNamespace('boot');
		const boot: Host = { namespace, interface: 'br0', address: '10.77.0.1' };
		await ip(namespace, 'link add br0 type bridge');
		await ip(namespace, `addr add ${boot.address}/24 dev br0`);
		await ip(namespace, 'link set br0 up');
		await inNamespace(namespace, 'ip', 'tuntap', 'add', 'dev', 'tap0', 'mode', 'tap');
		await ip(namespace, 'link set tap0 master br0 up');

		const addHost = async (name: string, address: string): Promise<Host> => {
			const host: Host = { namespace: await addNamespace(name), interface: 'eth0', address };
			await ip(namespace, `link add to-${name} type veth peer name eth0 netns ${host.namespace}`);
			await ip(namespace, `link set to-${name} master br0 up`);
			await ip(host.namespace, `addr add ${address}/24 dev eth0`);
			await ip(host.namespace, 'link set eth0 up');
			return host;
		};
		return { boot, tap: 'tap0', addHost, [Symbol.asyncDispose]: () => cleanup[Symbol.asyncDispose]() };
	} catch (error) {
		await cleanup[Symbol.asyncDispose]();
		throw error;
	}
}

/** Runs a program of a host to its end and gives what it printed. */
export async function inNamespace(namespace: string, ...command: readonly string[]): Promise<string> {
	return run('ip', ['netns', 'exec', namespace, ...command]);
}

/** Changes interfaces, addresses or routes inside a namespace: `ip(host.namespace, 'link set eth0 up')`. */
export async function ip(namespace: string, words: string): Promise<void> {
	await run('ip', ['-n', namespace, ...words.split(' ')]);
}

/**
 * Shuts UDP ports of a host, `40000-40100`, as a firewall does that drops in silence. The kernel knows packets for
 * itself by the routing rule for its own addresses: another one is put before it.
 */
export async function closeUdpPorts(host: Host, ports: string): Promise<void> {
	await ip(host.namespace, 'rule add pref 100 lookup local');
	await ip(host.namespace, 'rule del pref 0');
	await ip(host.namespace, `rule add pref 10 ipproto udp dport ${ports} blackhole`);
}

async function removeNamespace(namespace: string): Promise<void> {
	for (const pid of (await run('ip', ['netns', 'pids', namespace])).split('\n').filter(Boolean)) {
		signal(Number(pid), 'SIGKILL');
	}
	await run('ip', ['netns', 'del', namespace]);
}

/** A test process that was killed could not clean up: the next one does it. */
async function removeLeftovers(): Promise<void> {
	for (const line of (await run('ip', ['netns', 'list'])).split('\n')) {
		const namespace = line.split(' ')[0] ?? '';
		if (!isLeftover(namespace)) continue;
		// Another lab that is being opened may be at it, too, and have been quicker.
		await removeNamespace(namespace).catch(() => undefined);
	}
}
