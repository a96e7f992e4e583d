/**
 * A boot server out of two parts: proxyDHCP, which tells clients what to boot, and TFTP, which gives it to them.
 * Copy this file and change `fileFor`.
 */
import { type ProxyDhcpEvent, serveProxyDhcp, serveTftp, type TftpEvent, type TftpSource } from 'pxekit/node';
import type { BootClient } from 'pxekit/pxe';

export interface BootServerOptions {
	/** This machine's own address on the clients' network. */
	readonly address: string;
	/** Where the files come from. */
	readonly source: TftpSource;
	readonly onEvent: (event: ProxyDhcpEvent | TftpEvent) => void;
	/** Other ports than 67, 4011 and 69, to run without root. */
	readonly ports?: { readonly dhcp: number; readonly pxe: number; readonly tftp: number; readonly client: number };
}

export interface BootServer {
	readonly ports: { readonly dhcp: number; readonly pxe: number; readonly tftp: number };
	close(): Promise<void>;
}

/** First the boot loader that fits the firmware; then, when that asks, its script. */
export function fileFor(client: BootClient): string | undefined {
	if (client.kind === 'http') return undefined;
	if (client.ipxe) return 'boot.ipxe';
	const { firmware, cpu } = client.architecture;
	if (firmware === 'bios') return 'undionly.kpxe';
	if (firmware === 'uefi' && cpu === 'aa64') return 'ipxe-arm64.efi';
	// Old x64 firmware says that it is EBC: RFC 4578 was printed with the two numbers exchanged.
	if (firmware === 'uefi' && (cpu === 'x64' || cpu === 'ebc')) return 'ipxe.efi';
	return undefined;
}

export async function startBootServer({ address, source, onEvent, ports }: BootServerOptions): Promise<BootServer> {
	const tftp = await serveTftp({ address, source, onEvent, ...(ports && { port: ports.tftp }) });
	try {
		const proxy = await serveProxyDhcp({
			addresses: [address],
			boot: (client) => {
				const file = fileFor(client);
				return file === undefined ? undefined : { file };
			},
			onEvent,
			...(ports && {
				dhcpPort: ports.dhcp,
				pxePort: ports.pxe,
				clientPort: ports.client,
				broadcastAddress: address,
			}),
		});
		const portOf = (purpose: string) => proxy.listening.find((entry) => entry.purpose === purpose)?.on.port ?? 0;
		return {
			ports: { dhcp: portOf('dhcp'), pxe: portOf('pxe'), tftp: tftp.addresses[0]?.port ?? 0 },
			async close() {
				await Promise.all([proxy.close(), tftp.close()]);
			},
		};
	} catch (error) {
		await tftp.close();
		throw error;
	}
}
