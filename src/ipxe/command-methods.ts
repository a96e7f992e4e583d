import type { IpxeDownloadOptions, IpxeExecuteOptions, IpxeOptions } from './builder-options.ts';
import type { IpxeValue } from './words.ts';

/**
 * Methods for the commands that need nothing beyond their words: each adds one line. `IpxeBuilder` adds to them
 * the commands that scripts are mostly made of. Timeouts are milliseconds.
 */
export abstract class IpxeCommandMethods {
	/** Any command of the table, with its arguments as single words. */
	abstract command(name: string, options?: IpxeOptions, ...words: readonly IpxeValue[]): this;

	/** A command whose arguments are percent-encoded as URIs, but for the name of a setting. */
	protected abstract onUri(
		name: string,
		options: IpxeOptions,
		...uris: readonly (IpxeValue | { readonly setting: IpxeValue })[]
	): this;

	/** A command whose last argument is text of any number of words. */
	protected abstract withText(name: string, options: IpxeOptions, words: readonly IpxeValue[], text: IpxeValue): this;

	/** Boots what DHCP said, from the cards given or from all. */
	autoboot(...interfaces: readonly IpxeValue[]): this {
		return this.command('autoboot', {}, ...interfaces);
	}

	/** Forgets certificates. */
	certfree(options: { readonly subject?: IpxeValue } = {}): this {
		return this.command('certfree', { ...options });
	}

	/** Shows certificates. */
	certstat(options: { readonly subject?: IpxeValue } = {}): this {
		return this.command('certstat', { ...options });
	}

	/** Takes certificates from a file. */
	certstore(uri: IpxeValue, options: { readonly subject?: IpxeValue; readonly keep?: boolean } = {}): this {
		return this.onUri('certstore', { ...options }, uri);
	}

	/** Lets the person choose from a menu that was made with {@link IpxeCommandMethods.item | item}. */
	choose(
		into: IpxeValue,
		options: {
			readonly menu?: IpxeValue;
			readonly default?: IpxeValue;
			readonly timeout?: number;
			readonly retimeout?: number;
			readonly keep?: boolean;
		} = {},
	): this {
		return this.command('choose', { ...options }, into);
	}

	/** Opens the editor of settings. */
	config(scope?: IpxeValue): this {
		return this.command('config', {}, ...(scope === undefined ? [] : [scope]));
	}

	/** Sends a Fibre Channel request. */
	fcels(request: IpxeValue, options: { readonly port?: IpxeValue; readonly id?: IpxeValue } = {}): this {
		return this.command('fcels', { ...options }, request);
	}

	/** Shows Fibre Channel ports. */
	fcstat(): this {
		return this.command('fcstat');
	}

	/** Takes a device tree. */
	fdt(uri: IpxeValue, options: { readonly timeout?: number; readonly quiet?: boolean } = {}): this {
		return this.onUri('fdt', { ...options }, uri);
	}

	/** Begins a form; its fields are items. */
	form(title: IpxeValue, options: { readonly name?: IpxeValue; readonly delete?: boolean } = {}): this {
		return this.withText('form', { ...options }, [], title);
	}

	/** Waits for a debugger. */
	gdbstub(transport: IpxeValue, ...rest: readonly IpxeValue[]): this {
		return this.command('gdbstub', {}, transport, ...rest);
	}

	/** Lists all commands. */
	help(): this {
		return this.command('help');
	}

	/** Shows InfiniBand devices. */
	ibstat(): this {
		return this.command('ibstat');
	}

	/** Configures network cards, with one configurator or all. */
	ifconf(
		interfaces: readonly IpxeValue[] = [],
		options: { readonly configurator?: IpxeValue; readonly timeout?: number } = {},
	): this {
		return this.command('ifconf', { ...options }, ...interfaces);
	}

	/** Waits for a link. */
	iflinkwait(interfaces: readonly IpxeValue[] = [], options: { readonly timeout?: number } = {}): this {
		return this.command('iflinkwait', { ...options }, ...interfaces);
	}

	/** Shows network cards. */
	ifstat(...interfaces: readonly IpxeValue[]): this {
		return this.command('ifstat', {}, ...interfaces);
	}

	/** Decrypts an image. */
	imgdecrypt(
		image: IpxeValue,
		envelope: IpxeValue,
		options: {
			readonly name?: IpxeValue;
			readonly keep?: boolean;
			readonly timeout?: number;
			readonly quiet?: boolean;
		} = {},
	): this {
		return this.onUri('imgdecrypt', { ...options }, image, envelope);
	}

	/** Runs an image; the same as `chain`. */
	imgexec(uri: IpxeValue, options: IpxeExecuteOptions = {}): this {
		return this.onUri('imgexec', { ...options }, uri);
	}

	/** Unpacks an image. */
	imgextract(
		uri: IpxeValue,
		options: {
			readonly name?: IpxeValue;
			readonly keep?: boolean;
			readonly timeout?: number;
			readonly quiet?: boolean;
		} = {},
	): this {
		return this.onUri('imgextract', { ...options }, uri);
	}

	/** Makes an image of memory; numbers of bytes. */
	imgmem(address: number, length: number, options: { readonly name?: IpxeValue } = {}): this {
		return this.command('imgmem', { ...options }, address, length);
	}

	/** Selects an image; the same as `kernel`. */
	imgselect(uri: IpxeValue, options: IpxeDownloadOptions = {}): this {
		return this.onUri('imgselect', { ...options }, uri);
	}

	/** Stores the contents of a file in a setting. */
	imgset(
		setting: IpxeValue,
		uri: IpxeValue,
		options: { readonly keep?: boolean; readonly timeout?: number; readonly quiet?: boolean } = {},
	): this {
		return this.onUri('imgset', { ...options }, { setting }, uri);
	}

	/** Shows images. */
	imgstat(...images: readonly IpxeValue[]): this {
		return this.command('imgstat', {}, ...images);
	}

	/** Whether only verified images may run. */
	imgtrust(options: { readonly allow?: boolean; readonly permanent?: boolean } = {}): this {
		return this.command('imgtrust', { ...options });
	}

	/** Shows counts of IP packets. */
	ipstat(): this {
		return this.command('ipstat');
	}

	/** Adds an item to a menu or a field to a form. `menu(...)` of the builder does it for a whole menu. */
	item(
		name: IpxeValue,
		text: IpxeValue,
		options: {
			readonly menu?: IpxeValue;
			readonly form?: IpxeValue;
			readonly key?: IpxeValue;
			readonly default?: boolean;
			readonly secret?: boolean;
		} = {},
	): this {
		return this.withText('item', { ...options }, [name], text);
	}

	/** Lists wireless networks. */
	iwlist(...interfaces: readonly IpxeValue[]): this {
		return this.command('iwlist', {}, ...interfaces);
	}

	/** Shows wireless cards. */
	iwstat(...interfaces: readonly IpxeValue[]): this {
		return this.command('iwstat', {}, ...interfaces);
	}

	/** Asks for user name and password. */
	login(): this {
		return this.command('login');
	}

	/** Sends packets from one card to another. */
	lotest(from: IpxeValue, to: IpxeValue, options: { readonly mtu?: number; readonly broadcast?: boolean } = {}): this {
		return this.command('lotest', { ...options }, from, to);
	}

	/** Downloads a file; the same as `initrd`. */
	module(uri: IpxeValue, options: IpxeDownloadOptions = {}): this {
		return this.onUri('module', { ...options }, uri);
	}

	/** Looks a host name up. */
	nslookup(setting: IpxeValue, name: IpxeValue): this {
		return this.command('nslookup', {}, setting, name);
	}

	/** Shows neighbours. */
	nstat(): this {
		return this.command('nstat');
	}

	/** Sets the clock. */
	ntp(server: IpxeValue): this {
		return this.command('ntp', {}, server);
	}

	/** Adds to a parameter list. `params(...)` of the builder makes a whole one. */
	param(
		name: IpxeValue,
		value: IpxeValue,
		options: { readonly params?: IpxeValue; readonly header?: boolean } = {},
	): this {
		return this.withText('param', { ...options }, [name], value);
	}

	/** Goes to the next PCI device. */
	pciscan(setting: IpxeValue): this {
		return this.command('pciscan', {}, setting);
	}

	/** Waits for answers of a host. */
	ping(
		host: IpxeValue,
		options: {
			readonly size?: number;
			readonly timeout?: number;
			readonly count?: number;
			readonly quiet?: boolean;
		} = {},
	): this {
		return this.command('ping', { ...options }, host);
	}

	/** Shows a form. */
	present(options: { readonly form?: IpxeValue; readonly keep?: boolean } = {}): this {
		return this.command('present', { ...options });
	}

	/** Shows where time went. */
	profstat(): this {
		return this.command('profstat');
	}

	/** Asks a PXE boot server of a type. */
	pxebs(interfaceName: IpxeValue, serverType: number): this {
		return this.command('pxebs', {}, interfaceName, serverType);
	}

	/** Shows routes. */
	route(): this {
		return this.command('route');
	}

	/** Shows or stores the MD4 digest of images. */
	md4sum(images: readonly IpxeValue[], options: { readonly set?: IpxeValue } = {}): this {
		return this.command('md4sum', { ...options }, ...images);
	}

	/** Shows or stores the MD5 digest of images. */
	md5sum(images: readonly IpxeValue[], options: { readonly set?: IpxeValue } = {}): this {
		return this.command('md5sum', { ...options }, ...images);
	}

	/** Shows or stores the SHA1 digest of images. */
	sha1sum(images: readonly IpxeValue[], options: { readonly set?: IpxeValue } = {}): this {
		return this.command('sha1sum', { ...options }, ...images);
	}

	/** Shows or stores the SHA224 digest of images. */
	sha224sum(images: readonly IpxeValue[], options: { readonly set?: IpxeValue } = {}): this {
		return this.command('sha224sum', { ...options }, ...images);
	}

	/** Shows or stores the SHA256 digest of images. */
	sha256sum(images: readonly IpxeValue[], options: { readonly set?: IpxeValue } = {}): this {
		return this.command('sha256sum', { ...options }, ...images);
	}

	/** Shows or stores the SHA384 digest of images. */
	sha384sum(images: readonly IpxeValue[], options: { readonly set?: IpxeValue } = {}): this {
		return this.command('sha384sum', { ...options }, ...images);
	}

	/** Shows or stores the SHA512 digest of images. */
	sha512sum(images: readonly IpxeValue[], options: { readonly set?: IpxeValue } = {}): this {
		return this.command('sha512sum', { ...options }, ...images);
	}

	/** Takes a UEFI shim. */
	shim(
		uri: IpxeValue,
		options: {
			readonly timeout?: number;
			readonly quiet?: boolean;
			readonly 'require-loader'?: boolean;
			readonly 'allow-pxe'?: boolean;
			readonly 'allow-sbat'?: boolean;
		} = {},
	): this {
		return this.onUri('shim', { ...options }, uri);
	}

	/** Lets programs use a card through the PXE API. */
	startpxe(...interfaces: readonly IpxeValue[]): this {
		return this.command('startpxe', {}, ...interfaces);
	}

	/** Ends the PXE API. */
	stoppxe(): this {
		return this.command('stoppxe');
	}

	/** Waits until all that runs beside the script is done. */
	sync(options: { readonly timeout?: number } = {}): this {
		return this.command('sync', { ...options });
	}

	/** Runs a command and shows how long it took; its words. */
	time(...words: readonly IpxeValue[]): this {
		return this.command('time', {}, ...words);
	}

	/** Goes to the next USB device. */
	usbscan(setting: IpxeValue): this {
		return this.command('usbscan', {}, setting);
	}

	/** Makes a VLAN interface. */
	vcreate(trunk: IpxeValue, options: { readonly tag: number; readonly priority?: number }): this {
		return this.command('vcreate', { ...options }, trunk);
	}

	/** Removes a VLAN interface. */
	vdestroy(interfaceName: IpxeValue): this {
		return this.command('vdestroy', {}, interfaceName);
	}
}
