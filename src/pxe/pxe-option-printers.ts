import { formatText } from '../dhcp/format.ts';
import { bootServerTypeName } from './boot-server-types.ts';
import type { MenuPrompt, PxeOptionKindName, PxeOptionKindValues } from './pxe-option-kinds.ts';

function typed(type: number): string {
	return `${type} (${bootServerTypeName(type)})`;
}

/** PXE 2.1 table 2-1, tag 10. */
function waiting({ timeout }: MenuPrompt): string {
	if (timeout === 0) return 'take the first entry at once';
	return timeout === 255 ? 'show the menu and wait' : `wait ${timeout} s`;
}

/** For people, where the plain value would not be readable. */
export const pxeOptionPrinters: { readonly [K in PxeOptionKindName]?: (value: PxeOptionKindValues[K]) => string } = {
	ipv4: String,
	discoveryControl: ({ reserved, ...bits }) => {
		const set = Object.entries(bits).filter(([, bit]) => bit);
		const named = set.map(([name]) => name).join(', ') || 'no bit set';
		return reserved ? `${named}, reserved ${reserved}` : named;
	},
	bootServers: (servers) =>
		servers.map(({ type, addresses }) => `${typed(type)} ${addresses.join(' ') || 'any address'}`).join(', '),
	bootMenu: (menu) =>
		menu.map(({ type, text }) => `${type === 0 ? '0 (local boot)' : typed(type)} ${formatText(text)}`).join(', '),
	menuPrompt: (prompt) => `${formatText(prompt.text)}, ${waiting(prompt)}`,
	bootItem: ({ type, layer, credentials }) => `${typed(type)} layer ${layer}${credentials ? ', with credentials' : ''}`,
};
