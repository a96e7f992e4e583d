import { fromBinary } from './binary.ts';
import { readField } from './core-commands.ts';
import {
	ask,
	type Call,
	type Handler,
	lineOf,
	type Machine,
	type Menu,
	type MenuItem,
	numberOption,
	print,
	textOption,
} from './machine.ts';
import { status, statusText } from './status.ts';

/** The unnamed menu is the default one. */
const unnamed = '';

const create: Handler = (call) => {
	const name = textOption(call, 'name') ?? unnamed;
	if (call.options.delete === true) call.machine.menus.delete(name);
	else call.machine.menus.set(name, { title: call.arguments.join(' '), items: [] });
	return 0;
};

function findMenu(machine: Machine, name: string): Menu | undefined {
	const menu = machine.menus.get(name);
	if (!menu) print(machine, name === unnamed ? 'No default user interface\n' : `"${name}": no such user interface\n`);
	return menu;
}

const noMenu = status('ENOENT', 'dynui');

const item: Handler = (call) => {
	const menu = findMenu(call.machine, textOption(call, 'menu') ?? textOption(call, 'form') ?? unnamed);
	if (!menu) return noMenu;
	const isGap = call.options.gap === true;
	const [name, ...rest] = isGap ? [undefined, ...call.arguments] : call.arguments;
	menu.items.push({
		name: name === '' ? undefined : name,
		text: rest.join(' '),
		key: textOption(call, 'key'),
		isDefault: call.options.default === true,
		secret: call.options.secret === true,
	});
	return 0;
};

const choose: Handler = (call) => {
	const { machine } = call;
	const menuName = textOption(call, 'menu') ?? unnamed;
	const menu = findMenu(machine, menuName);
	if (!menu) return noMenu;
	const result = chooseFrom(call, menu);
	if (call.options.keep !== true) machine.menus.delete(menuName);
	return result;
};

function chooseFrom(call: Call, menu: Menu): number {
	const { machine } = call;
	const named = menu.items.filter((each) => each.name !== undefined);
	const initial = selectedAtFirst(named, textOption(call, 'default'));
	if (!initial) return status('ENOENT', 'dynui');
	const timeout = numberOption(call, 'timeout');
	const line = lineOf(machine);
	const title = fromBinary(menu.title);
	const items = menu.items.map(({ name, text, key }) => ({
		name: name === undefined ? undefined : fromBinary(name),
		text: fromBinary(text),
		...(key === undefined ? {} : { key }),
	}));
	const asked = { kind: 'menu', title, items, default: fromBinary(initial.name as string), timeout, line } as const;
	const answer = ask(machine, asked);
	const by = answer === undefined ? 'timeout' : 'answer';
	const choice = answer === undefined ? asked.default : (answer ?? undefined);
	machine.events.push({ kind: 'menu', title, items, choice, by, line });
	if (choice === undefined) return status('ECANCELED', 'dynui');
	const chosen = menu.items.find((each) => each.name !== undefined && fromBinary(each.name) === choice);
	if (!chosen)
		throw new RangeError(`the host chose ${JSON.stringify(choice)}, which the menu at line ${line} does not have`);
	const [setting = ''] = call.arguments;
	const result = machine.settings.set(setting, chosen.name as string);
	if (result !== 0) print(machine, `Could not store "${setting}": ${statusText(result)}\n`);
	return result;
}

/** `--default` of `choose` counts before that of `item`, of which the last counts. */
function selectedAtFirst(named: readonly MenuItem[], wanted: string | undefined): MenuItem | undefined {
	if (wanted !== undefined) return named.find((each) => each.name === wanted) ?? named[0];
	return named.findLast((each) => each.isDefault) ?? named[0];
}

/** A form asks for each of its settings. */
const present: Handler = (call) => {
	const { machine } = call;
	const name = textOption(call, 'form') ?? unnamed;
	const form = findMenu(machine, name);
	if (!form) return noMenu;
	if (call.options.keep !== true) machine.menus.delete(name);
	for (const field of form.items) {
		if (field.name === undefined) continue;
		const result = readField(call, field.name, fromBinary(field.text), field.secret);
		if (result !== 0) return result;
	}
	return 0;
};

export const menuHandlers: readonly (readonly [string, Handler])[] = [
	['menu', create],
	['form', create],
	['item', item],
	['choose', choose],
	['present', present],
];
