/** A file that a boot loader fetched and handed on. */
export interface BootFile {
	/** The name that the boot loader knows it by: `vmlinuz`. */
	readonly name: string;
	/** Where it came from: `http://10.0.0.1/vmlinuz`, `tftp://10.0.0.1/vmlinuz`. */
	readonly uri: string;
	/** What the boot loader was told about it: for an iPXE initrd the place in the kernel's file system. */
	readonly arguments?: string | undefined;
}

/** How a boot loader's script or configuration ended. Shared by the dry runs of iPXE scripts and PXELINUX configs. */
export type BootOutcome =
	| {
			readonly kind: 'booted';
			readonly kernel: BootFile;
			/** As the kernel sees it. */
			readonly commandLine: string;
			readonly initrds: readonly BootFile[];
	  }
	/** A SAN device was booted; the URIs as given to the boot loader. */
	| { readonly kind: 'san'; readonly uris: readonly string[] }
	/** Back to the firmware, which tries its next boot device. `status` 0 is success. */
	| { readonly kind: 'firmware'; readonly status: number; readonly message: string }
	/** An interactive prompt waits for a person. */
	| { readonly kind: 'shell' }
	/** The machine was restarted or switched off. */
	| { readonly kind: 'power'; readonly action: 'reboot' | 'poweroff' }
	| { readonly kind: 'failed'; readonly line?: number | undefined; readonly message: string }
	/** The dry run's own limit of steps or time was reached. */
	| { readonly kind: 'out-of-budget'; readonly message: string };
