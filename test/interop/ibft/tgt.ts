import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../lab/command.ts';
import type { Lab } from '../lab/lab.ts';
import type { Host } from '../lab/network.ts';

/** Where tgtd keeps its control sockets. */
const sockets = '/var/run/tgtd';

export interface TargetOptions {
	readonly name: string;
	/** Logical unit with a disk behind it; 0 is the controller. */
	readonly lun: number;
	/** Whom to let in, and what the target proves itself with. */
	readonly chap?: {
		readonly username: string;
		readonly password: string;
		readonly mutual?: { readonly username: string; readonly password: string };
	};
}

/** An iSCSI target of Linux's user space (tgt) on port 3260 of a host, with a small empty disk. */
export async function startTarget(lab: Lab, host: Host, { name, lun, chap }: TargetOptions): Promise<AsyncDisposable> {
	// Its control socket is a file named after this number, the same for all namespaces.
	const control = String(process.pid);
	mkdirSync(sockets, { recursive: true });
	const program = lab.start(host, 'tgtd', ['tgtd', '-f', '-C', control, '--iscsi', `portal=${host.address}:3260`]);
	const admin = (...words: readonly string[]) =>
		run('ip', ['netns', 'exec', host.namespace, 'tgtadm', '-C', control, '--lld', 'iscsi', ...words]);
	const target = ['--mode', 'target', '--tid', '1'];
	await untilItListens(() => admin('--op', 'new', ...target, '-T', name));
	const disk = join(lab.folder, 'disk.img');
	writeFileSync(disk, new Uint8Array(1 << 20));
	await admin('--op', 'new', '--mode', 'logicalunit', '--tid', '1', '--lun', String(lun), '-b', disk);
	await admin('--op', 'bind', ...target, '-I', 'ALL');
	const account = async ({ username, password }: { username: string; password: string }, ...direction: string[]) => {
		await admin('--op', 'new', '--mode', 'account', '--user', username, '--password', password);
		await admin('--op', 'bind', '--mode', 'account', '--tid', '1', '--user', username, ...direction);
	};
	if (chap) await account(chap);
	if (chap?.mutual) await account(chap.mutual, '--outgoing');
	return {
		async [Symbol.asyncDispose]() {
			await program.stop();
			for (const end of ['', '.lock']) rmSync(`${sockets}/socket.${control}${end}`, { force: true });
		},
	};
}

async function untilItListens(attempt: () => Promise<unknown>): Promise<void> {
	for (let left = 50; ; left--) {
		try {
			await attempt();
			return;
		} catch (error) {
			if (left === 0) throw error;
			await sleep(100);
		}
	}
}
