import { coreHandlers } from './core-commands.ts';
import { imageHandlers } from './image-commands.ts';
import type { Handler } from './machine.ts';
import { menuHandlers } from './menu-commands.ts';
import { networkHandlers } from './network-commands.ts';
import { sanHandlers } from './san-commands.ts';

let all: ReadonlyMap<string, Handler> | undefined;

/** What each command does. Put together on first use, because the parts need each other. */
export const handlers = {
	get: (name: string): Handler | undefined => {
		all ??= new Map([...coreHandlers, ...imageHandlers, ...menuHandlers, ...networkHandlers, ...sanHandlers]);
		return all.get(name);
	},
};
