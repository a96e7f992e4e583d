import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { lintIpxe, parseIpxe, printIpxe, runIpxe } from 'pxekit/ipxe';

const corpus = new URL('../../../shared/foreign/corpus/ipxe/', import.meta.url);

/** What the goals are stated for: 300 scripts with 16,000 lines. */
const goalLines = 16_000;

function median(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

async function time(rounds: number, work: () => unknown): Promise<number> {
	const times: number[] = [];
	for (let round = 0; round < rounds; round++) {
		const start = performance.now();
		await work();
		times.push(performance.now() - start);
	}
	return median(times);
}

/** A loop with an expansion, a comparison and operators on each line, as menus and retry loops have them. */
const loop =
	'#!ipxe\nset n:int32 0\n:again\ninc n\niseq ${n} 30000 && exit ||\nisset ${net0/mac} && set x ${n} ||\ngoto again\n';

/** `npm run bench -- ipxe`: parse and print, lint, and dry run, warm. */
export async function bench(): Promise<void> {
	if (!existsSync(corpus)) {
		console.log('skipped: ../shared/foreign/corpus/ipxe is not there');
	} else {
		const sources = readdirSync(corpus).map((name) => readFileSync(new URL(name, corpus), 'latin1'));
		const lines = sources.reduce((sum, source) => sum + source.split('\n').length, 0);
		const scripts = sources.map((source) => parseIpxe(source));
		const parse = await time(15, () => sources.map((source) => printIpxe(parseIpxe(source))));
		const lint = await time(15, () => scripts.map((script) => lintIpxe(script, { platform: 'efi' })));
		const scaled = (ms: number) =>
			`${ms.toFixed(1)} ms, ${((ms * goalLines) / lines).toFixed(1)} ms for ${goalLines} lines`;
		console.log(`${sources.length} scripts, ${lines} lines`);
		console.log(`parse and print: ${scaled(parse)} (goal 150)`);
		console.log(`lint: ${scaled(lint)} (goal 300)`);
	}
	const host = { settings: { 'net0/mac': '52:54:00:12:34:56' }, budget: { steps: 1_000_000 } };
	const { steps } = await runIpxe(loop, host);
	const run = await time(7, () => runIpxe(loop, host));
	console.log(`dry run: ${Math.round((steps / run) * 1000)} commands a second (goal 100000)`);
}
