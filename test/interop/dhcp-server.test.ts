import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { BootServerConfig } from './lab/boot-server.ts';
import { type BootServer, startBootServer } from './lab/boot-server-process.ts';
import { expectSoundPackets } from './lab/boot-story.ts';
import { startCapture } from './lab/capture.ts';
import { startDnsmasq } from './lab/dhcp-server.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { type Host, inNamespace, ip } from './lab/network.ts';
import type { Program } from './lab/program.ts';
import { missing } from './lab/requirements.ts';
import { tshark } from './lab/tshark.ts';

const server = '10.77.0.1';
const dhcpPackets = 'udp port 67 or udp port 68';
const near = {
	subnet: '10.77.0.0/24',
	pool: [{ from: '10.77.0.50', to: '10.77.0.52' }],
	leaseSeconds: 600,
	options: { router: ['10.77.0.254'], domainNameServer: ['10.77.0.253', '10.77.0.252'], domainName: 'lab.example' },
};
const far = {
	subnet: '10.78.0.0/24',
	pool: [{ from: '10.78.0.50', to: '10.78.0.52' }],
	options: { router: ['10.78.0.1'] },
};

/** What DHCP events of the server were, in short: `offer discover`, `ignored released`. */
function story(dhcp: BootServer): string[] {
	return dhcp.events().flatMap((line) => {
		if (line.server !== 'dhcp' || line.event.type === 'listening') return [];
		const { event } = line;
		if ('answer' in event) return [`${event.type} ${event.answer.stage}`];
		return [event.type === 'ignored' ? `ignored ${event.reason}` : event.type];
	});
}

/**
 * udhcpc misses an answer that comes before it listens, and asks once more, by broadcast: the same twice is told once.
 * Through a relay that does not say how it was asked (RFC 5010), that looks like a renewal too.
 */
const patient = (events: string[]): string[] =>
	events
		.map((event) => event.replace('rebinding', 'renewing'))
		.filter((event, i, all) => event !== 'ack renewing' || all[i - 1] !== event);

/** A shell script that a DHCP client calls at its events: tells them, and sets the address. */
function writeClientScript(lab: Lab, name: string, lines: readonly string[]): string {
	const path = join(lab.folder, name);
	writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
	chmodSync(path, 0o755);
	return path;
}

const lacks = missing('ip', 'setpriv', 'busybox', 'dhclient', 'dhcrelay', 'dnsmasq', 'tcpdump', 'tshark');

describe.skipIf(lacks)(`serveDhcp with real clients and relays${lacks ? ` (needs ${lacks})` : ''}`, () => {
	let lab: Lab;
	let client: Host;
	let udhcpcScript: string;

	beforeAll(async () => {
		lab = await openLab();
		client = await lab.network.addHost('client', '10.77.0.9');
		udhcpcScript = writeClientScript(lab, 'udhcpc.sh', [
			'echo "event=$1 ip=$ip mask=$mask router=$router dns=$dns domain=$domain serverid=$serverid lease=$lease siaddr=$siaddr boot_file=$boot_file"',
			'case "$1" in',
			'deconfig) ip addr flush dev $interface; ip link set $interface up;;',
			'bound|renew) ip addr flush dev $interface; ip addr add $ip/$mask dev $interface; ip route replace default via $router || true;;',
			'esac',
		]);
	});
	afterAll(() => lab?.[Symbol.asyncDispose]());

	const serve = (config: Partial<BootServerConfig> = {}) => startBootServer(lab, { networks: [near], ...config });

	const udhcpc = (name: string, host: Host, more: readonly string[] = []): Program =>
		lab.start(host, name, [
			'busybox',
			...['udhcpc', '-f', '-i', host.interface, '-s', udhcpcScript, '-t', '5', '-T', '2', '-n', ...more],
		]);

	test('udhcpc: gets, renews and releases an address', async () => {
		await using dhcp = await serve();
		await using capture = await startCapture(lab, 'udhcpc', dhcpPackets);
		await using program = udhcpc('udhcpc', client);
		await program.logged(/event=bound/, 20);
		expect(/event=bound (.*)/.exec(program.log())?.[1]).toMatch(
			/^ip=10\.77\.0\.5[012] mask=24 router=10\.77\.0\.254 dns=10\.77\.0\.253 10\.77\.0\.252 domain=lab\.example serverid=10\.77\.0\.1 lease=600 siaddr= boot_file=$/,
		);
		process.kill(program.pid, 'SIGUSR1');
		await program.logged(/event=renew/, 20);
		process.kill(program.pid, 'SIGUSR2');
		await vi.waitFor(() => expect(story(dhcp)).toContain('ignored released'), 10_000);
		expect(story(dhcp)[2]).toBe('ack renewing');
		expect(patient(story(dhcp))).toEqual(['offer discover', 'ack selecting', 'ack renewing', 'ignored released']);
		await program.stop();
		await capture.stop();
		await expectSoundPackets(capture.file, 3);
		// The client asked for no broadcast: its first answers go to all for want of raw frames, the renewal to it alone.
		const answers = await tshark(capture.file, `ip.src == ${server}`, 'ip.dst', 'dhcp.option.dhcp');
		const address = /event=bound ip=(\S+)/.exec(program.log())?.[1];
		expect(answers.slice(0, 3)).toEqual([
			['255.255.255.255', '2'],
			['255.255.255.255', '5'],
			[address, '5'],
		]);
	});

	test('udhcpc as a boot client: the file comes with the address', async () => {
		await using _dhcp = await serve({ files: { bios: 'undionly.kpxe' } });
		await using program = udhcpc('udhcpc-pxe', client, ['-V', 'PXEClient:Arch:00000:UNDI:002001', '-q']);
		await program.logged(/event=bound/, 20);
		expect(program.log()).toMatch(/event=bound .* siaddr=10\.77\.0\.1 boot_file=undionly\.kpxe$/m);
	});

	test('udhcpc declines an address that somebody uses, and gets another', async () => {
		const squatter = await lab.network.addHost('squatter', '10.77.0.51');
		await using dhcp = await serve();
		await using program = udhcpc('udhcpc-decline', client, ['-a', '-q', '-A', '1', '-r', squatter.address]);
		await program.logged(/event=bound/, 40);
		expect(story(dhcp).slice(0, 3)).toEqual(['offer discover', 'ack selecting', 'ignored declined']);
		expect(program.log()).toMatch(/event=bound ip=10\.77\.0\.5[02] /);
	});

	test('udhcpc finds no address when the pool is exhausted', async () => {
		const pool = [{ from: '10.77.0.50', to: '10.77.0.50' }];
		await using dhcp = await serve({ networks: [{ ...near, pool }] });
		await using first = udhcpc('udhcpc-first', client, ['-q']);
		await first.logged(/event=bound ip=10\.77\.0\.50 /, 20);
		await using second = udhcpc('udhcpc-second', client, ['-q', '-t', '1', '-x', '0x3d:00aabbcc']);
		await second.logged(/event=leasefail/, 20);
		expect(story(dhcp)).toContain('ignored pool-exhausted');
	});

	test('dhclient: gets, keeps over a restart (INIT-REBOOT) and releases an address', async () => {
		await using dhcp = await serve({ files: { uefi: 'ipxe.efi' } });
		await using capture = await startCapture(lab, 'dhclient', dhcpPackets);
		const script = writeClientScript(lab, 'dhclient.sh', [
			'echo "reason=$reason address=$new_ip_address"',
			'[ -n "$new_ip_address" ] && ip addr replace $new_ip_address/24 dev $interface',
			'exit 0',
		]);
		const config = join(lab.folder, 'dhclient.conf');
		writeFileSync(config, 'send vendor-class-identifier "PXEClient:Arch:00007:UNDI:003016";\ntimeout 20;\n');
		const [leases, pid] = [join(lab.folder, 'dhclient.leases'), join(lab.folder, 'dhclient.pid')];
		await inNamespace(client.namespace, 'ip', 'addr', 'flush', 'dev', client.interface);
		const dhclient = (name: string, ...more: string[]): Program =>
			lab.start(client, name, [
				'dhclient',
				...['-4', '-d', '-v', '-cf', config, '-lf', leases, '-pf', pid, '-sf', script, ...more, client.interface],
			]);
		await using first = dhclient('dhclient');
		await first.logged(/reason=BOUND/, 30);
		// The script runs before the lease is written; this line comes after it (ISC dhclient.c, bind_lease).
		await first.logged(/bound to \S+ -- renewal in/, 10);
		const lease = readFileSync(leases, 'utf8');
		for (const line of [
			/fixed-address 10\.77\.0\.5[012];/,
			/filename "ipxe\.efi";/,
			/option dhcp-server-identifier 10\.77\.0\.1;/,
			/option dhcp-lease-time 600;/,
			/option dhcp-renewal-time 300;/,
			/option dhcp-rebinding-time 525;/,
			/option subnet-mask 255\.255\.255\.0;/,
			/option routers 10\.77\.0\.254;/,
			/option domain-name "lab\.example";/,
		]) {
			expect(lease).toMatch(line);
		}
		await first.stop();
		await using second = dhclient('dhclient-again');
		await second.logged(/reason=REBOOT/, 30);
		await second.logged(/bound to \S+ -- renewal in/, 10);
		await second.stop();
		expect(existsSync(leases)).toBe(true);
		await using release = dhclient('dhclient-release', '-r');
		await release.logged(/DHCPRELEASE/, 20);
		const whole = ['offer discover', 'ack selecting', 'ack init-reboot', 'ignored released'];
		await vi.waitFor(() => expect(story(dhcp)).toEqual(whole), 10_000);
		await capture.stop();
		await expectSoundPackets(capture.file, 3);
	});

	describe('behind a relay in a third namespace', () => {
		let relay: Host;
		let farClient: Host;

		/** Client - eth1 - relay (10.78.0.1) - eth0 - the segment of the server. */
		beforeAll(async () => {
			relay = await lab.network.addHost('relay', '10.77.0.2');
			const host = await lab.network.addHost('far', '10.77.0.8');
			farClient = { ...host, interface: 'eth1' };
			await ip(host.namespace, 'link del eth0');
			await ip(relay.namespace, `link add eth1 type veth peer name eth1 netns ${host.namespace}`);
			await ip(relay.namespace, 'addr add 10.78.0.1/24 dev eth1');
			await ip(relay.namespace, 'link set eth1 up');
			await ip(host.namespace, 'link set eth1 up');
			await inNamespace(relay.namespace, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
			await ip(lab.network.boot.namespace, 'route add 10.78.0.0/24 via 10.77.0.2');
		});

		const relays = {
			'dnsmasq --dhcp-relay': () =>
				startDnsmasq(lab, relay, 'dnsmasq-relay', [`--dhcp-relay=10.78.0.1,${server}`, '--interface=eth1']),
			'dhcrelay with option 82': async () => {
				const program = lab.start(relay, 'dhcrelay', [
					'dhcrelay',
					...['-4', '-d', '-a', '--no-pid', '-id', 'eth1', '-iu', 'eth0', server],
				]);
				await program.logged(/Sending on\s+Socket/, 10);
				return program;
			},
		};

		test.each(Object.keys(relays) as (keyof typeof relays)[])('%s: an address of the far network', async (name) => {
			await using dhcp = await serve({ networks: [near, far] });
			await using _relay = await relays[name]();
			const label = name.replace(/\W+/g, '-');
			await using capture = await startCapture(lab, label, dhcpPackets);
			await using program = udhcpc(`udhcpc-${label}`, farClient);
			await program.logged(/event=bound/, 30);
			expect(program.log()).toMatch(
				/event=bound ip=10\.78\.0\.5[012] mask=24 router=10\.78\.0\.1 .*serverid=10\.77\.0\.1/,
			);
			process.kill(program.pid, 'SIGUSR1');
			await program.logged(/event=renew/, 20);
			expect(patient(story(dhcp))).toEqual(['offer discover', 'ack selecting', 'ack renewing']);
			await capture.stop();
			await expectSoundPackets(capture.file, 3);
			// To the relay's address and port 67, its option as it sent it and last; the renewal straight to the client.
			const relayed = `dhcp.ip.relay == 10.78.0.1 && ip.src == ${server}`;
			const answers = await tshark(capture.file, relayed, 'ip.dst', 'udp.dstport', 'dhcp.option.type');
			expect(answers.slice(0, 2).map(([address, port]) => [address, port])).toEqual([
				['10.78.0.1', '67'],
				['10.78.0.1', '67'],
			]);
			if (name !== 'dhcrelay with option 82') return;
			for (const [, , types] of answers) expect(types).toMatch(/,82(,0)?(,255)?$/);
			const circuit = 'dhcp.option.agent_information_option.agent_circuit_id';
			const hex = Buffer.from('eth1').toString('hex');
			const bothWays = await tshark(capture.file, `${circuit} && !(dhcp.ip.client != 0.0.0.0)`, 'ip.src', circuit);
			expect(bothWays).toEqual(['10.77.0.2', server, '10.77.0.2', server].map((source) => [source, hex]));
		});

		test('dhcrelay with link selection (RFC 3527): it is asked from the near network, the client is on the far one', async () => {
			await using dhcp = await serve({ networks: [near, far] });
			await using program = lab.start(relay, 'dhcrelay-link', [
				'dhcrelay',
				...['-4', '-d', '-a', '-U', 'eth0', '--no-pid', '-id', 'eth1', server],
			]);
			await program.logged(/Sending on\s+Socket/, 10);
			await using capture = await startCapture(lab, 'dhcrelay-link', dhcpPackets);
			await using udhcp = udhcpc('udhcpc-link', farClient, ['-q']);
			await udhcp.logged(/event=bound/, 30);
			expect(udhcp.log()).toMatch(/event=bound ip=10\.78\.0\.5[012] mask=24/);
			expect(story(dhcp)).toEqual(['offer discover', 'ack selecting']);
			await capture.stop();
			const asked = await tshark(
				capture.file,
				`ip.dst == ${server}`,
				'dhcp.ip.relay',
				'dhcp.option.agent_information_option.link_selection',
			);
			for (const row of asked) expect(row).toEqual(['10.77.0.2', '10.78.0.1']);
			await expectSoundPackets(capture.file, 2);
		});
	});
});
