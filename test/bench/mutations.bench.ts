import { readCorpus } from '../support/mutation-corpus.ts';
import { mutationKinds } from '../support/mutation-kinds.ts';
import { mutationLimits, printReports, runKind, runMutations, seedOr } from '../support/mutation-run.ts';

/**
 * `npm run bench -- mutations [count]`: spoilt files, frames and packets, a million of them. Ends at the first that is read wrongly, takes
 * too long or leaves memory behind. `[count] KIND NUMBER` has single ones again, with the seed in `PXEKIT_SEED`.
 */
export async function bench(args: readonly string[]): Promise<void> {
	const count = Number(args[0] ?? 1_000_000);
	const seed = seedOr(Date.now() % 1_000_000);
	const corpus = readCorpus();
	const kinds = mutationKinds(corpus);
	console.log(
		`seed ${seed}; captures and tables of others are ${corpus.hasForeign ? 'among the inputs' : 'not at hand'}`,
	);
	const kind = kinds.find(({ name }) => name === args[1]);
	if (kind) {
		console.log(printReports([await runKind(kind, count, seed, mutationLimits, Number(args[2] ?? 0))]));
		return;
	}
	const before = process.memoryUsage().rss;
	const start = performance.now();
	const reports = await runMutations(kinds, count, seed);
	const seconds = (performance.now() - start) / 1000;
	const inputs = reports.reduce((sum, report) => sum + report.inputs, 0);
	console.log(printReports(reports));
	console.log(`${inputs} inputs in ${seconds.toFixed(0)} s; none but values and DecodeErrors`);
	const peak = process.resourceUsage().maxRSS * 1024 - before;
	console.log(`most memory at any time: ${(peak / 2 ** 20).toFixed(0)} MiB more than at the start`);
}
