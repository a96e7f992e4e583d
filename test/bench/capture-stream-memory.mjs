// Reads a capture of so many bytes that comes in chunks of 64 KiB, as from a file, and prints the most memory that the process had.
// Without arguments: what an empty process has.
import { openSync, readFileSync, readSync } from 'node:fs';

// VmHWM is of this program alone; ru_maxrss would begin with what the parent had.
const most = () => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;

const [dist, pattern, size] = process.argv.slice(2);
if (dist !== undefined) {
	const { readCaptureStream } = await import(`${dist}/capture/index.js`);
	const file = openSync(pattern);
	let made = 0;
	function* chunks() {
		// The file's header once, its records again and again; each chunk is memory of its own, as a stream of a file has it.
		for (let at = 0; made < Number(size); ) {
			const chunk = new Uint8Array(65_536);
			const length = readSync(file, chunk, 0, chunk.length, at);
			at = length === 0 ? 24 : at + length;
			made += length;
			if (length > 0) yield chunk.subarray(0, length);
		}
	}
	const stream = readCaptureStream(chunks());
	let frames = 0;
	let bytes = 0;
	const start = performance.now();
	for await (const { data } of stream.frames) {
		frames++;
		bytes += data.length;
	}
	const seconds = (performance.now() - start) / 1000;
	console.log(JSON.stringify({ frames, bytes, made, seconds, maxRss: most() }));
} else {
	console.log(JSON.stringify({ maxRss: most() }));
}
