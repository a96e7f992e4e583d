/** Sends a signal; false when there is no such process. Signal 0 only asks. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
	try {
		return process.kill(pid, name);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/** True for the name of something that a test process made which is no more: `pxekit-PID-...`. */
export function isLeftover(name: string): boolean {
	const owner = /^pxekit-(\d+)-/.exec(name)?.[1];
	return owner !== undefined && !signal(Number(owner), 0);
}
