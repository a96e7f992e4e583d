/**
 * The command line of `NAME.ts` in this folder, a program that takes its configuration as JSON: Node can't enter a
 * network namespace by itself. Run in the project's folder, as all tests are, it finds tsx, and tsx finds the
 * tsconfig.json that leads the package's public names to its sources.
 */
export function ownProgram(name: string, config: unknown): [string, ...string[]] {
	const script = new URL(`./${name}.ts`, import.meta.url).pathname;
	return [process.execPath, '--import', 'tsx', script, JSON.stringify(config)];
}
