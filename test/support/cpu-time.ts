/** CPU time of this process so far, in milliseconds: a limit on it holds on a busy machine too. */
export function cpuMilliseconds(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}
