/** Servers give the same file with slashes before its name and without. */
export function withoutSlash(name: string): string {
	return name.replace(/^\/+/, '');
}

/** What people call a file that was asked for over TFTP. */
export function tftpUri({ server, filename }: { server: { readonly address: string }; filename: string }): string {
	return `tftp://${server.address}/${withoutSlash(filename)}`;
}

/** An HTTP status that brings the file. */
export function isFound(status: number | undefined): boolean {
	return status !== undefined && status >= 200 && status < 300;
}
