import type { Command } from './command.ts';

/** Built from docs/examples, which import the package by its name. */
const program = new URL('../../demo/first-boot.js', import.meta.url).href;

export const demo: Command = {
	name: 'demo',
	usage: '[--serve DIR --address IP]',
	summary: 'A boot server and a client on this machine, without root; with --serve, the server for real machines.',
	async run() {
		// The demo is a program of its own and reads the command line itself.
		process.argv.splice(2, 1);
		await import(program);
		return Number(process.exitCode ?? 0);
	},
};
