import { EncodeError } from '../wire/errors.ts';
import { encodeUtf8 } from '../wire/text.ts';
import type {
	IpxeDownloadOptions,
	IpxeExecuteOptions,
	IpxeMenuEntry,
	IpxeMenuInit,
	IpxeOptions,
	IpxeRetryInit,
	IpxeSanOptions,
} from './builder-options.ts';
import { IpxeCommandMethods } from './command-methods.ts';
import { gpxeProblem } from './gpxe-target.ts';
import { latin1, parseIpxe } from './parse.ts';
import type { IpxeOperator, IpxeScript } from './tree.ts';
import { checkLineEnd, commandWords, type IpxeValue, oneWord, textWords, uriWord } from './words.ts';

interface BuiltLine {
	readonly label: string | undefined;
	readonly pieces: readonly string[];
	/** What the last piece came from, for messages. */
	readonly path: string;
	/** Whether the last piece must not be in a message. */
	readonly secret?: boolean | undefined;
}

/**
 * A script under construction. Each method adds a line and returns the builder; {@link IpxeBuilder.or | or},
 * {@link IpxeBuilder.and | and} and {@link IpxeBuilder.ignoreFailure | ignoreFailure} add to the line before. Every
 * text is literal: what a script can't say is refused with an {@link EncodeError} that names the value. URIs are
 * percent-encoded. Make one with {@link ipxe}.
 */
export class IpxeBuilder extends IpxeCommandMethods {
	readonly #target: 'ipxe' | 'gpxe';
	readonly #lines: BuiltLine[] = [];
	readonly #jumps: { readonly label: string }[] = [];

	constructor(target: 'ipxe' | 'gpxe' = 'ipxe') {
		super();
		this.#target = target;
	}

	/** The script as text. @throws an {@link EncodeError} `missing-label` for a `goto` that would find nothing */
	override toString(): string {
		const labels = this.#lines.map((line) => line.label);
		for (const { label } of this.#jumps) {
			if (labels.includes(label)) continue;
			throw new EncodeError('missing-label', `goto ${label}: the script has no such label`, { path: 'goto' });
		}
		const lines = this.#lines.map(({ label, pieces, path, secret }) => {
			const line = [...(label === undefined ? [] : [`:${label}`]), ...pieces].join(' ');
			checkLineEnd(line, { path, secret });
			const problem = this.#target === 'gpxe' ? gpxeProblem(line) : undefined;
			if (problem) throw new EncodeError('not-in-gpxe', problem, { path });
			return line;
		});
		return `${[`#!${this.#target}`, ...lines].join('\n')}\n`;
	}

	/** The script as a tree. */
	build(): IpxeScript {
		return parseIpxe(this.toString());
	}

	/** Any command of the table, with its arguments as single words. */
	override command(name: string, options: IpxeOptions = {}, ...words: readonly IpxeValue[]): this {
		const positional = words.map((word, at) => oneWord(word, { path: `${name} argument ${at + 1}` }));
		return this.#add(name, options, positional);
	}

	/** A label: where `goto` goes. */
	label(name: string): this {
		encodeUtf8(name, 'label');
		if (!/^[^\s\0]+$/.test(name) || name.endsWith('\\')) {
			throw new EncodeError('bad-label', `a label must be one word, not ${JSON.stringify(name)}`, { path: 'label' });
		}
		if (this.#lines.some((line) => line.label === name)) {
			throw new EncodeError('double-label', `the label ${name} is there already`, { path: 'label' });
		}
		this.#lines.push({ label: name, pieces: [], path: 'label' });
		return this;
	}

	/** A line of comment. */
	comment(text: string): this {
		if (/[\r\n\0]/.test(text)) {
			throw new EncodeError('line-end', 'comment: a line end would start a new command', { path: 'comment' });
		}
		encodeUtf8(text, 'comment');
		this.#lines.push({ label: undefined, pieces: [`# ${text}`], path: 'comment' });
		return this;
	}

	/** Runs the command of `build` when the line so far failed: `||`. */
	or(build: (builder: IpxeBuilder) => IpxeBuilder): this {
		return this.#join('||', build);
	}

	/** Runs the command of `build` when the line so far succeeded: `&&`. */
	and(build: (builder: IpxeBuilder) => IpxeBuilder): this {
		return this.#join('&&', build);
	}

	/** Goes on when the line before fails: a `||` at its end. */
	ignoreFailure(): this {
		const last = this.#takeLast();
		this.#lines.push({ ...last, pieces: [...last.pieces, '||'] });
		return this;
	}

	/** All lines of another builder. */
	append(other: IpxeBuilder): this {
		const jumps = [...other.#jumps];
		for (const line of [...other.#lines]) {
			if (line.label !== undefined) this.label(line.label);
			if (line.label === undefined) this.#lines.push(line);
		}
		for (const jump of jumps) this.#jumps.push(jump);
		return this;
	}

	/** Prints text; with `n`, no line end after it. */
	echo(text: IpxeValue = nothingToSay, options: { readonly n?: boolean } = {}): this {
		return this.#add('echo', { ...options }, text === nothingToSay ? [] : textWords(text, { path: 'echo' }));
	}

	/** Stores a value; `setting` may have a block and a type: `net0/x:hex`. A password is named in no error. */
	set(setting: IpxeValue, value: IpxeValue, { secret = false }: { secret?: boolean } = {}): this {
		const place = { path: typeof setting === 'string' ? `set ${setting}` : 'set', secret };
		return this.#add('set', {}, [oneWord(setting, { path: 'set' }), ...textWords(value, place)], secret);
	}

	/** Deletes a setting. */
	clear(setting: IpxeValue): this {
		return this.command('clear', {}, setting);
	}

	/** Adds to a whole number. */
	inc(setting: IpxeValue, by?: number): this {
		return this.command('inc', {}, setting, ...(by === undefined ? [] : [by]));
	}

	/** Asks for a value. */
	read(setting: IpxeValue, options: { readonly timeout?: number | undefined } = {}): this {
		return this.command('read', { ...options }, setting);
	}

	/** Shows a setting. */
	show(setting: IpxeValue, options: { readonly quiet?: boolean } = {}): this {
		return this.command('show', { ...options }, setting);
	}

	/** Succeeds when the value, most often a setting, is not empty. */
	isset(value: IpxeValue): this {
		return this.command('isset', {}, value);
	}

	/** Succeeds when both are the same, byte for byte. */
	iseq(first: IpxeValue, second: IpxeValue): this {
		return this.command('iseq', {}, first, second);
	}

	/** Goes on at a label of this script. A literal label must be there when the script is printed. */
	goto(label: IpxeValue): this {
		if (typeof label === 'string') this.#jumps.push({ label });
		return this.command('goto', {}, label);
	}

	/** Ends the script. 0 means success; on UEFI anything else makes the firmware try its next boot entry. */
	exit(status?: number): this {
		return this.command('exit', {}, ...(status === undefined ? [] : [status]));
	}

	/** Waits; whole seconds. */
	sleep(seconds: number): this {
		if (seconds < 0) throw new EncodeError('not-a-number', 'sleep: less than no time', { path: 'sleep' });
		return this.command('sleep', {}, seconds);
	}

	/** Waits for a key. Fails when the time (milliseconds) is over. */
	prompt(text: IpxeValue, options: { readonly key?: string | number; readonly timeout?: number } = {}): this {
		return this.#add('prompt', { ...options }, textWords(text, { path: 'prompt' }));
	}

	/** An interactive shell. */
	shell(): this {
		return this.command('shell');
	}

	/** Configures network cards; all that there are by default, until one works. */
	dhcp(...interfaces: readonly IpxeValue[]): this {
		return this.command('dhcp', {}, ...interfaces);
	}

	/** Opens network cards. */
	ifopen(...interfaces: readonly IpxeValue[]): this {
		return this.command('ifopen', {}, ...interfaces);
	}

	/** Closes network cards. */
	ifclose(...interfaces: readonly IpxeValue[]): this {
		return this.command('ifclose', {}, ...interfaces);
	}

	/** Runs a script or boot program. */
	chain(uri: IpxeValue, options: IpxeExecuteOptions = {}): this {
		return this.#image('chain', uri, [], { ...options });
	}

	/** Selects a kernel with its command line, each word an argument. */
	kernel(uri: IpxeValue, words: readonly IpxeValue[] = [], options: IpxeDownloadOptions = {}): this {
		return this.#image('kernel', uri, words, { ...options });
	}

	/** Adds an initrd. `words` say where it goes in the file system: `/etc/x mode=755`. */
	initrd(uri: IpxeValue, words: readonly IpxeValue[] = [], options: IpxeDownloadOptions = {}): this {
		return this.#image('initrd', uri, words, { ...options });
	}

	/** Downloads a file. */
	imgfetch(uri: IpxeValue, words: readonly IpxeValue[] = [], options: IpxeDownloadOptions = {}): this {
		return this.#image('imgfetch', uri, words, { ...options });
	}

	/** Downloads (or takes) and selects an image; the older name of {@link IpxeBuilder.kernel | kernel}. */
	imgload(uri: IpxeValue, words: readonly IpxeValue[] = [], options: IpxeDownloadOptions = {}): this {
		return this.#image('imgload', uri, words, { ...options });
	}

	/** Sets the command line of an image. */
	imgargs(image: IpxeValue, words: readonly IpxeValue[], options: IpxeDownloadOptions = {}): this {
		return this.#image('imgargs', image, words, { ...options });
	}

	/** Forgets images; all by default. */
	imgfree(...images: readonly IpxeValue[]): this {
		return this.command('imgfree', {}, ...images);
	}

	/** Checks an image's signature. */
	imgverify(
		image: IpxeValue,
		signature: IpxeValue,
		options: {
			readonly signer?: IpxeValue;
			readonly keep?: boolean;
			readonly timeout?: number;
			readonly quiet?: boolean;
		} = {},
	): this {
		return this.onUri('imgverify', { ...options }, image, signature);
	}

	/** Boots the selected image, or the one given. */
	boot(uri?: IpxeValue, words: readonly IpxeValue[] = [], options: IpxeExecuteOptions = {}): this {
		return uri === undefined ? this.#add('boot', { ...options }, []) : this.#image('boot', uri, words, { ...options });
	}

	/** Boots from a SAN device; several URIs are several ways to the same device. */
	sanboot(uris: IpxeValue | readonly IpxeValue[] = [], options: IpxeSanOptions = {}): this {
		return this.#san('sanboot', uris, options);
	}

	/** Attaches a SAN device. */
	sanhook(uris: IpxeValue | readonly IpxeValue[], options: IpxeSanOptions = {}): this {
		return this.#san('sanhook', uris, options);
	}

	/** Detaches a SAN device. */
	sanunhook(options: { readonly drive?: number | undefined } = {}): this {
		return this.command('sanunhook', { ...options });
	}

	/** A menu with its items, and the choice. */
	menu(init: IpxeMenuInit): this {
		this.#add('menu', {}, textWords(init.title, { path: 'menu title' }));
		for (const entry of init.items) this.#menuEntry(entry);
		const names = init.items.flatMap((entry) => ('name' in entry ? [entry.name] : []));
		if (names.length === 0)
			throw new EncodeError('empty-menu', 'a menu needs an item with a name', { path: 'menu items' });
		if (init.default !== undefined && !names.includes(init.default)) {
			throw new EncodeError('missing-item', `the menu has no item ${JSON.stringify(init.default)}`, {
				path: 'menu default',
			});
		}
		const { timeout, default: initial, into = 'selected', onCancel } = init;
		this.command('choose', { default: initial, timeout }, into);
		return onCancel === undefined ? this : this.or((builder) => builder.goto(onCancel));
	}

	/** A list of parameters for a URI that ends in `##params`, sent as a form. */
	params(
		parameters: Readonly<Record<string, IpxeValue>>,
		options: { readonly name?: string; readonly method?: string } = {},
	): this {
		this.command('params', { ...options });
		for (const [name, value] of Object.entries(parameters)) {
			const words = [oneWord(name, { path: 'param' }), ...textWords(value, { path: `param ${name}` })];
			this.#add('param', { params: options.name }, words);
		}
		return this;
	}

	/** Sets the console's size or picture. */
	console(options: {
		readonly x?: number;
		readonly y?: number;
		readonly left?: number;
		readonly right?: number;
		readonly top?: number;
		readonly bottom?: number;
		readonly depth?: number;
		readonly picture?: IpxeValue;
		readonly keep?: boolean;
	}): this {
		return this.command('console', { ...options });
	}

	/** Defines a colour. */
	colour(number: number, options: { readonly basic?: number; readonly rgb?: number }): this {
		return this.command('colour', { ...options }, number);
	}

	/** Defines a pair of colours. */
	cpair(number: number, options: { readonly foreground?: number; readonly background?: number }): this {
		return this.command('cpair', { ...options }, number);
	}

	/** Tests a bit of the processor's features; 29 with `ext` is 64-bit. */
	cpuid(bit: number, options: { readonly ext?: boolean; readonly amd?: boolean; readonly ecx?: boolean } = {}): this {
		return this.command('cpuid', { ...options }, bit);
	}

	/** Restarts the machine. */
	reboot(options: { readonly warm?: boolean; readonly setup?: boolean } = {}): this {
		return this.command('reboot', { ...options });
	}

	/** Switches the machine off. */
	poweroff(): this {
		return this.command('poweroff');
	}

	/** Runs a script that is part of this one, as a `data:` URI (iPXE 2.0.0). It has labels of its own. */
	subscript(script: IpxeBuilder): this {
		const utf8 = encodeUtf8(script.toString());
		return this.chain(`data:text/plain;base64,${btoa(latin1(utf8))}`);
	}

	/** Repeats one command until it works. */
	retry(init: IpxeRetryInit, build: (builder: IpxeBuilder) => IpxeBuilder): this {
		const { label, attempts, seconds = 3, otherwise } = init;
		const counter = `${label}_count`;
		if (attempts !== undefined) checkAttempts(attempts, label);
		if (attempts !== undefined) this.set(`${counter}:int32`, 0);
		this.label(label).append(build(new IpxeBuilder(this.#target)));
		this.and((builder) => builder.goto(`${label}_done`)).ignoreFailure();
		if (attempts !== undefined) {
			this.inc(counter).iseq({ reference: `${counter}:uint32` }, `0x${attempts.toString(16)}`);
			this.and((builder) => builder.goto(`${label}_failed`)).ignoreFailure();
		}
		this.sleep(seconds).goto(label);
		if (attempts !== undefined) {
			this.label(`${label}_failed`);
			if (otherwise) this.append(otherwise(new IpxeBuilder(this.#target)));
			else this.exit(1);
		}
		return this.label(`${label}_done`);
	}

	protected override onUri(
		name: string,
		options: IpxeOptions,
		...uris: readonly (IpxeValue | { readonly setting: IpxeValue })[]
	): this {
		const words = uris.map((uri) =>
			typeof uri === 'object' && 'setting' in uri
				? oneWord(uri.setting, { path: `${name} setting` })
				: uriWord(uri, { path: `${name} URI` }),
		);
		return this.#add(name, options, words);
	}

	protected override withText(name: string, options: IpxeOptions, words: readonly IpxeValue[], text: IpxeValue): this {
		const first = words.map((word) => oneWord(word, { path: name }));
		return this.#add(name, options, [...first, ...textWords(text, { path: name })]);
	}

	#add(name: string, options: IpxeOptions, positional: readonly string[], secret = false): this {
		const words = commandWords(name, options, positional, this.#target);
		this.#lines.push({ label: undefined, pieces: [words.join(' ')], path: name, secret });
		return this;
	}

	#image(name: string, uri: IpxeValue, words: readonly IpxeValue[], options: IpxeOptions): this {
		const rest = words.map((word, at) => oneWord(word, { path: `${name} argument ${at + 1}` }));
		return this.#add(name, options, [uriWord(uri, { path: `${name} URI` }), ...rest]);
	}

	#san(name: string, uris: IpxeValue | readonly IpxeValue[], options: IpxeSanOptions): this {
		const all = Array.isArray(uris) ? (uris as readonly IpxeValue[]) : [uris as IpxeValue];
		const { drive, ...rest } = options;
		const hexDrive = drive === undefined ? {} : { drive: `0x${drive.toString(16)}` };
		return this.#add(
			name,
			{ ...hexDrive, ...rest },
			all.map((uri) => uriWord(uri, { path: `${name} URI` })),
		);
	}

	#menuEntry(entry: IpxeMenuEntry): void {
		if ('gap' in entry) {
			this.#add('item', { gap: true }, entry.gap === undefined ? [] : textWords(entry.gap, { path: 'menu gap' }));
			return;
		}
		const { name, text, key, default: isDefault } = entry;
		const words = [oneWord(name, { path: 'item name' }), ...textWords(text, { path: `item ${name}` })];
		this.#add('item', { key, default: isDefault }, words);
	}

	#join(operator: IpxeOperator, build: (builder: IpxeBuilder) => IpxeBuilder): this {
		const other = build(new IpxeBuilder(this.#target));
		const [line] = other.#lines;
		if (!line || other.#lines.length > 1 || line.label !== undefined || line.path === 'comment') {
			throw new EncodeError('not-one-command', 'after || or && goes exactly one command', { path: operator });
		}
		const last = this.#takeLast();
		this.#lines.push({
			...last,
			pieces: [...last.pieces, operator, ...line.pieces],
			path: line.path,
			secret: line.secret,
		});
		this.#jumps.push(...other.#jumps);
		return this;
	}

	#takeLast(): BuiltLine {
		const last = this.#lines.at(-1);
		if (!last || last.label !== undefined || last.path === 'comment') {
			throw new EncodeError('no-command', 'there is no command before it', { path: 'builder' });
		}
		this.#lines.pop();
		return last;
	}
}

/** The loop ends when its counter, a setting named after the label, is at `attempts`. */
function checkAttempts(attempts: number, label: string): void {
	if (!Number.isInteger(attempts) || attempts < 1 || attempts > 0x7fffffff) {
		throw new EncodeError('not-a-number', `retry: attempts must be a whole number from 1, not ${attempts}`, {
			path: 'retry attempts',
		});
	}
	if (!/[/:]/.test(label)) return;
	const why = 'its counter is a setting of that name, which can have no "/" or ":"';
	throw new EncodeError('bad-label', `retry: not the label ${JSON.stringify(label)}: ${why}`, { path: 'retry label' });
}

const nothingToSay: IpxeValue = '';

/**
 * A new script. With `target: 'gpxe'` it begins with `#!gpxe`, and printing refuses what gPXE 1.0 does not understand.
 *
 * @example
 * ```ts
 * import { ipxe, ipxeText, setting } from 'pxekit/ipxe';
 *
 * const script = ipxe()
 *   .kernel('http://10.0.0.1/vmlinuz', ['console=ttyS0', ipxeText`host=${setting('hostname')}`])
 *   .or((fallback) => fallback.goto('local'))
 *   .initrd('http://10.0.0.1/initrd.img')
 *   .boot()
 *   .label('local')
 *   .exit(1);
 * script.toString().split('\n')[1]; // => 'kernel http://10.0.0.1/vmlinuz console=ttyS0 host=${hostname} || goto local'
 * ```
 */
export function ipxe(options: { readonly target?: 'ipxe' | 'gpxe' | undefined } = {}): IpxeBuilder {
	return new IpxeBuilder(options.target);
}
