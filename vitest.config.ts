import { defineConfig, type ViteUserConfig } from 'vitest/config';

// The tests import the package by its public names, as a consumer would; here those names mean the sources.
const alias = [
	{ find: /^pxekit$/, replacement: new URL('./src/index.ts', import.meta.url).pathname },
	{ find: /^pxekit\/(.+)$/, replacement: new URL('./src/$1/index.ts', import.meta.url).pathname },
];

// With PXEKIT_RESULTS=FILE.json the results are written there too, for whoever adds them up.
const resultsFile = process.env.PXEKIT_RESULTS;
const reporters: NonNullable<ViteUserConfig['test']>['reporters'] = resultsFile
	? ['default', ['json', { outputFile: resultsFile }]]
	: ['default'];

const config: ViteUserConfig = defineConfig({
	resolve: { alias },
	test: {
		reporters,
		maxWorkers: 2,
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					include: ['test/**/*.test.ts'],
					exclude: ['test/interop/**', 'test/bench/**', 'test/node/**'],
					testTimeout: 20_000,
					// The pure rooms keep no state: their modules are loaded once for all files.
					isolate: false,
				},
			},
			{
				extends: true,
				test: {
					name: 'sockets',
					include: ['test/node/**/*.test.ts'],
					testTimeout: 20_000,
				},
			},
			{
				extends: true,
				test: {
					name: 'interop',
					include: ['test/interop/**/*.test.ts'],
					// Two cores, and firmware under software emulation: one machine at a time.
					fileParallelism: false,
					// Where they wait for the most part, and a test says so, this many.
					maxConcurrency: 2,
					testTimeout: 600_000,
					hookTimeout: 600_000,
				},
			},
		],
	},
});

export default config;
