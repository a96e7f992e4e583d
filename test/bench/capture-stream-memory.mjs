// Reads a capture of so many bytes that comes in chunks of 64 KiB, as from a file, and prints the most memory that the process had.
// Without arguments: what an empty process has.
import { readFileSync } from 'node:fs';

// VmHWM is of this program alone; ru_maxrss would begin with what the parent had.
const most = () => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;

const [dist, pattern, size] = process.argv.slice(2);
if (dist !== undefined) {
	const { readCaptureStream } = await import(`${dist}/capture/index.js`);
	const file = readFileSync(pattern);
	let made = 0;
	function* chunks() {
		yield new Uint8Array(file.subarray(0, 24));
		// The records again and again; each chunk is memory of its own, as a stream of a file has it.
		for (let at = 24; made < Number(size); at = at >= file.length ? 24 : at) {
			const chunk = new Uint8Array(file.subarray(at, at + 65_536));
			at += chunk.length;
			made += chunk.length;
			yield chunk;
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
