import type { BootServerConfig, BootServerEvent } from './boot-server.ts';
import type { Lab } from './lab.ts';
import type { Program } from './program.ts';

/** Our own servers at work on the lab's boot host. */
export interface BootServer extends AsyncDisposable {
	readonly program: Program;
	/** What they have told since a time of `Date.now()`. Bytes are in hex and sets are arrays. */
	events(since: number): BootServerEvent[];
}

let started = 0;

export async function startBootServer(lab: Lab, config: Omit<BootServerConfig, 'address'>): Promise<BootServer> {
	const host = lab.network.boot;
	const script = new URL('./boot-server.ts', import.meta.url).pathname;
	const complete: BootServerConfig = { address: host.address, ...config };
	const program = lab.start(
		host,
		`boot-server-${++started}`,
		[process.execPath, '--import', 'tsx', script, JSON.stringify(complete)],
		// Here tsx finds the tsconfig.json that leads the package's public names to its sources.
		{ cwd: new URL('../../..', import.meta.url).pathname },
	);
	await program.logged(/^"ready"$/m, 30);
	return {
		program,
		events: (since) =>
			program
				.log()
				.split('\n')
				.filter((line) => line.startsWith('{'))
				.map((line) => JSON.parse(line) as BootServerEvent)
				.filter(({ at }) => at >= since),
		[Symbol.asyncDispose]: () => program.stop(),
	};
}
