import { readdirSync } from 'node:fs';

/** `npm run bench -- NAME`: each other file in this folder is a bench that exports `bench(args)`. */
const names = readdirSync(new URL('.', import.meta.url))
	.filter((file) => file.endsWith('.bench.ts'))
	.map((file) => file.replace(/\.bench\.ts$/, ''));
const [name = '', ...args] = process.argv.slice(2);
if (names.includes(name)) {
	const { bench } = (await import(`./${name}.bench.ts`)) as { bench: (args: readonly string[]) => Promise<void> };
	await bench(args);
} else {
	console.error(`Which bench? One of: ${names.join(', ') || '(there are none yet)'}`);
	process.exitCode = 2;
}
