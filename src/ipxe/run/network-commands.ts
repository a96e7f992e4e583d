import { binaryOf, fromBinary } from './binary.ts';
import { acquire } from './image-commands.ts';
import { type Call, type Handler, lineOf, type Machine, numberOption, pass, print, textOption } from './machine.ts';
import { parseInteger } from './setting-values.ts';
import { status, statusText } from './status.ts';

const noDevice = status('ENODEV', 'ifmgmt');
/** How long DHCP tries before it gives up, about. */
const dhcpPatience = 30_000;

/** The network cards of the client, in order. */
export function interfacesOf(machine: Machine): readonly string[] {
	const { interfaces, settings = {} } = machine.host;
	if (interfaces) return interfaces;
	const named = Object.keys(settings).flatMap((name) => /^(net\d+)[./]/.exec(name)?.[1] ?? []);
	return named.length > 0 ? [...new Set(named)].sort() : ['net0'];
}

/** `ifcommon_exec`: for the cards named, or for all. */
function forInterfaces(action: (call: Call, name: string) => number, stopOnSuccess: boolean): Handler {
	return (call) => {
		const { machine } = call;
		const all = interfacesOf(machine);
		const wanted = call.arguments.length > 0 ? call.arguments : all;
		let result = noDevice;
		for (const given of wanted) {
			const name = given === 'netX' ? (all[0] ?? given) : given;
			if (!all.includes(name)) {
				print(machine, `"${given}": no such network device\n`);
				return noDevice;
			}
			result = action(call, name);
			if (stopOnSuccess ? result === 0 : result !== 0) return result;
		}
		return result;
	};
}

function configure(call: Call, name: string): number {
	const { machine } = call;
	const mac = machine.settings.get(`${name}/mac`);
	const gained = machine.host.dhcp ? machine.host.dhcp(name) : {};
	const ok = gained !== undefined;
	machine.events.push({ kind: 'dhcp', interface: name, ok, line: lineOf(machine) });
	machine.settings.opened(name);
	const result = status('ENODEV', 'ifmgmt', 1);
	print(machine, `Configuring (${name} ${mac})...... ${ok ? 'ok' : statusText(result)}\n`);
	if (!ok) {
		pass(machine, numberOption(call, 'timeout') || dhcpPatience);
		return result;
	}
	for (const [setting, value] of Object.entries(gained)) setFact(machine, setting, value, `${name}.dhcp`);
	return 0;
}

/** A fact that the host gives about the client; names without a block go to the block given. */
export function setFact(machine: Machine, name: string, value: string | Uint8Array, block: string): void {
	const full = block === '' || name.includes('/') ? name : `${block}/${name}`;
	if (typeof value !== 'string') machine.settings.setBytes(full, binaryOf(value));
	else if (machine.settings.set(full, binaryOf(value)) !== 0) {
		throw new RangeError(`host setting ${name}: ${JSON.stringify(value)} does not have the setting's type`);
	}
}

const open = (call: Call, name: string): number => {
	call.machine.settings.opened(name);
	return 0;
};

const ifstat = (call: Call, name: string): number => {
	print(call.machine, `${name}: ${call.machine.settings.get(`${name}/mac`)}\n`);
	return 0;
};

const vcreate: Handler = (call) => {
	const [trunk = ''] = call.arguments;
	if (interfacesOf(call.machine).includes(trunk)) return 0;
	print(call.machine, `"${trunk}": no such network device\n`);
	return noDevice;
};

const reach: Handler = ({ machine, arguments: words }) => {
	const name = words.at(-1) as string;
	if (machine.host.reachable?.(fromBinary(name)) ?? true) return 0;
	pass(machine, 10_000);
	return status('ETIMEDOUT', 'job');
};

const params: Handler = (call) => {
	const { parameterLists } = call.machine;
	const name = textOption(call, 'name') ?? '';
	if (call.options.delete === true) parameterLists.delete(name);
	else parameterLists.set(name, { method: textOption(call, 'method'), parameters: [], used: false });
	return 0;
};

const param: Handler = (call) => {
	const { machine } = call;
	const listName = textOption(call, 'params') ?? '';
	const list = machine.parameterLists.get(listName);
	if (!list) {
		print(machine, listName === '' ? 'No default parameter list\n' : `"${listName}": no such parameter list\n`);
		return status('ENOENT', 'settings');
	}
	const [name = '', ...value] = call.arguments;
	list.parameters.push({ name, value: value.join(' '), isHeader: call.options.header === true });
	return 0;
};

const colour: Handler = (call) => {
	const number = parseInteger(call.arguments[0] as string);
	if (number === undefined) return status('EINVAL', 'parseopt', 1);
	if (number >= 0 && number <= 7) return 0;
	return refuse(call, 'colour', status('EINVAL', 'colour'));
};

const cpair: Handler = (call) => {
	const number = parseInteger(call.arguments[0] as string);
	if (number === undefined) return status('EINVAL', 'parseopt', 1);
	if (number >= 0 && number <= 7) return 0;
	return refuse(call, 'colour pair', status('EINVAL', 'cpair'));
};

function refuse(call: Call, what: string, result: number): number {
	print(call.machine, `Could not define ${what}: ${statusText(result)}\n`);
	return result;
}

/** A picture is downloaded, and has to be one. */
const consoleMode: Handler = async (call) => {
	const picture = textOption(call, 'picture');
	if (picture === undefined) return 0;
	const image = await acquire(call, picture);
	if (typeof image === 'number') return image;
	if (image.body === undefined || /^(\x89PNG|P[2356])/.test(image.body)) return 0;
	const result = status('ENOTSUP', 'image');
	print(call.machine, `Could not use picture: ${statusText(result)}\n`);
	return result;
};

const succeed: Handler = () => 0;

export const networkHandlers: readonly (readonly [string, Handler])[] = [
	['dhcp', forInterfaces(configure, true)],
	['ifconf', forInterfaces(configure, true)],
	['ifopen', forInterfaces(open, false)],
	['ifclose', forInterfaces(() => 0, false)],
	['iflinkwait', forInterfaces(() => 0, false)],
	['ifstat', forInterfaces(ifstat, false)],
	['iwstat', forInterfaces(() => 0, false)],
	['iwlist', forInterfaces(() => 0, false)],
	['vcreate', vcreate],
	['vdestroy', vcreate],
	['ping', reach],
	['nslookup', reach],
	['ntp', reach],
	['params', params],
	['param', param],
	['console', consoleMode],
	['colour', colour],
	['cpair', cpair],
	...[
		'certfree',
		'certstat',
		'certstore',
		'config',
		'fcels',
		'fcstat',
		'gdbstub',
		'ibstat',
		'ipstat',
		'lotest',
		'nstat',
		'pciscan',
		'profstat',
		'pxebs',
		'route',
		'startpxe',
		'stoppxe',
		'sync',
		'usbscan',
	].map((name) => [name, succeed] as const),
];
