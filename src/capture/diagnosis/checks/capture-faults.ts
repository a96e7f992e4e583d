import type { CheckRow, Occurrence } from './check.ts';
import type { SessionView } from './view.ts';

/** A gap that the timeline noted, as an occurrence. */
function gaps({ session }: SessionView, ...codes: readonly string[]): Occurrence[] {
	return session.gaps
		.filter(({ code }) => codes.includes(code))
		.map(({ message, frames }) => ({ frames, seen: message }));
}

const source = 'tcpdump(1); Wireshark User’s Guide';

/** What is the capture's fault, or its limit: read the other findings with it in mind. */
export const captureFaultChecks: readonly CheckRow[] = [
	{
		code: 'starts-in-the-middle',
		severity: 'info',
		title: 'The capture begins after the client did',
		sign: 'No DISCOVER before the first packets of the client.',
		why: 'What happened before can’t be judged.',
		advice: 'Start the capture before the machine is switched on.',
		source,
		find: (view) => gaps(view, 'starts-in-the-middle', 'no-dhcp'),
	},
	{
		code: 'one-direction',
		severity: 'info',
		title: 'The capture has one direction only',
		sign: 'Requests that must have had an answer, or answers without their requests.',
		why: 'Unicast answers do not pass a third machine’s switch port.',
		advice: 'Capture on the server, on the client’s switch port (mirror), or with -i any.',
		source,
		find: (view) => gaps(view, 'one-direction', 'answer-not-captured'),
	},
	{
		code: 'cut-frames',
		severity: 'info',
		title: 'Frames are cut (snap length)',
		sign: 'Frames of which the file has fewer bytes than were on the wire.',
		why: 'Options and file contents behind the cut are missing, and are not judged.',
		advice: 'Capture whole frames: tcpdump -s 0.',
		source,
		find: (view) => gaps(view, 'cut-frames'),
	},
	{
		code: 'file-truncated',
		severity: 'info',
		title: 'The capture file ends inside a frame',
		sign: 'A last record that is not whole.',
		why: 'What came after it is not there, so silence at the end means nothing.',
		advice: 'Stop tcpdump with Ctrl-C, and copy the file after that.',
		source,
		find: (view) => gaps(view, 'file-truncated', 'too-much'),
	},
	{
		code: 'missing-blocks',
		severity: 'info',
		title: 'The capture lacks parts of a transfer',
		sign: 'Blocks that the client acknowledged and the capture does not have, or the end of a transfer that is not there.',
		why: 'The capturing program, or a filter, dropped frames. Files with holes are judged by their first bytes only.',
		advice: 'Write to a fast disk, use a larger buffer (tcpdump -B), and no filter on ports: transfers leave port 69.',
		source,
		find: (view) => gaps(view, 'missing-blocks', 'missing-bytes', 'end-not-captured'),
	},
	{
		code: 'unreadable-dhcp',
		severity: 'info',
		title: 'A DHCP packet that can’t be read',
		sign: 'Datagrams between the ports of DHCP that are too short for a packet, or no packet.',
		why: 'Clients drop them as well. What they were to say is not judged.',
		advice:
			'Look at the frames: a server that sends them is broken; one that was cut by the capture needs tcpdump -s 0.',
		source: 'RFC 951 section 3; RFC 2131 section 2',
		find: (view) => gaps(view, 'unreadable-dhcp'),
	},
	{
		code: 'vlan-tag',
		severity: 'info',
		title: 'Frames have a VLAN tag',
		sign: '802.1Q tags in the client’s frames.',
		why: 'On a trunk port that is as it should be. On the client’s own port its firmware drops tagged frames.',
		advice: 'Nothing on a trunk. Otherwise make the client’s VLAN untagged on its port.',
		source: 'IEEE 802.1Q; iPXE src/net/vlan.c',
		find: ({ session }) => traitOf(session.traits?.tagged, (frames) => `${frames.length} frames have a VLAN tag`),
	},
	{
		code: 'checksum-offload',
		severity: 'info',
		title: 'Checksums that the network card fills in later',
		sign: 'UDP checksums that hold only the sum of the pseudo-header.',
		why: 'The capture was made on the sending machine, before its card finished the frames. Nothing is wrong on the wire.',
		advice: 'Nothing. Capture on another machine to be sure.',
		source: 'Wireshark User’s Guide, “Checksums”',
		find: ({ session }) =>
			traitOf(session.traits?.offloaded, (frames) => `${frames.length} frames have an unfinished checksum`),
	},
	{
		code: 'checksum-bad',
		severity: 'warning',
		title: 'Wrong checksums',
		sign: 'UDP checksums that are wrong, and not because a network card fills them in.',
		why: 'The receiver drops such packets without a word.',
		advice: 'Look for a broken network card, driver or virtual switch; switch its offloads off (ethtool -K).',
		source: 'RFC 768; RFC 1122 section 4.1.3.4',
		find: ({ session }) =>
			traitOf(session.traits?.badChecksums, (frames) => `${frames.length} frames have a wrong checksum`),
	},
	{
		code: 'fragments-lost',
		severity: 'warning',
		title: 'IP fragments without their rest',
		sign: 'Datagrams of which the capture never has all fragments.',
		why: 'The receiver can’t put them together, and drops them.',
		advice: 'Use a smaller TFTP block size; see whether a firewall drops fragments.',
		source: 'RFC 791 section 3.2; RFC 2348',
		find: ({ session }) =>
			traitOf(session.traits?.lostFragments, (frames) => `${frames.length} fragments never came together`),
	},
	{
		code: 'time-going-back',
		severity: 'info',
		title: 'Time goes back in the capture',
		sign: 'A frame with an earlier time than the one before it.',
		why: 'The clock was set, or files were joined; durations and silences may be wrong.',
		advice: 'Sort the file (reordercap), or capture with one clock.',
		source: 'reordercap(1)',
		find: ({ session }) =>
			traitOf(
				session.traits?.timeGoesBack,
				(frames) => `time goes back at ${frames.length} frame${frames.length === 1 ? '' : 's'}`,
			),
	},
];

function traitOf(frames: readonly number[] | undefined, seen: (frames: readonly number[]) => string): Occurrence[] {
	return frames && frames.length > 0 ? [{ frames, seen: seen(frames) }] : [];
}
