import { DhcpOptions, type DhcpPacketInit } from '../dhcp/index.ts';
import type { BootAnswer, BootFile, BootMenu } from './boot-answer.ts';
import { bootServerOf, fileFields, isUrl, nextStep } from './boot-step.ts';
import type { BootClient } from './identify-client.ts';
import { encodePxeOptions } from './pxe-options.ts';

/** What a DHCP server's own answer says of booting. @internal */
export interface BootPart {
	readonly fields: Partial<DhcpPacketInit>;
	readonly options: DhcpOptions;
}

/** `undefined` when the client can't use the answer: UEFI HTTP boot takes nothing but a URL. @internal */
export function bootPart(client: BootClient, boot: BootAnswer, serverAddress: string): BootPart | undefined {
	if (client.kind === 'http' && !isUrl(boot.file ?? '')) return undefined;
	return boot.menu ? menuPart(client, boot, serverAddress) : filePart(client, boot, serverAddress);
}

/**
 * The file as any DHCP server names it, which PXE clients of all kinds take. Option 60 stays away: PXEClient would have
 * them look for a menu, or ask port 4011.
 */
function filePart(client: BootClient, boot: BootFile, serverAddress: string): BootPart {
	const siaddr = bootServerOf(boot, serverAddress);
	const { file, options } = fileFields(client, boot.file);
	return {
		fields: { siaddr, ...(file !== undefined && { file }) },
		options: DhcpOptions.from({ rootPath: boot.rootPath })
			// EDK2's HttpBootDxe heeds no offer without it.
			.with(client.kind === 'http' ? { vendorClassIdentifier: 'HTTPClient' } : {})
			.with(options)
			.with(boot.options ?? {}),
	};
}

/** A menu is shown by PXE rules: at once, or after the client asked port 4011 for it. */
function menuPart(client: BootClient, boot: BootMenu, serverAddress: string): BootPart {
	const { vendorOptions } = nextStep(client, boot, true, serverAddress);
	return {
		fields: { siaddr: serverAddress },
		options: DhcpOptions.from({ vendorClassIdentifier: 'PXEClient' })
			.with(vendorOptions ? { vendorSpecificInformation: encodePxeOptions(vendorOptions) } : {})
			.with(vendorOptions ? (boot.options ?? {}) : {}),
	};
}
