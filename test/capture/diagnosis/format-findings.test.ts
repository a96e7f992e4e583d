import { type Finding, formatFindings } from 'pxekit/capture';
import { expect, test } from 'vitest';

const finding: Finding = {
	code: 'no-offer',
	severity: 'error',
	frames: [3, 7],
	seen: '2 DISCOVERs in 12 s, and no server answered',
	shows: 'PXE-E51: No DHCP or proxyDHCP offers were received.',
	why: 'Without an address a client can fetch nothing.',
	advice: 'See that the DHCP server hears the client.',
	source: 'PXE 2.1 section 2.2',
};

test('a finding with all that it says, line by line', () => {
	expect(formatFindings([finding])).toBe(`  ERROR no-offer
    seen:   2 DISCOVERs in 12 s, and no server answered
    frames: 3, 7
    screen: PXE-E51: No DHCP or proxyDHCP offers were received.
    why:    Without an address a client can fetch nothing.
    do:     See that the DHCP server hears the client.
    source: PXE 2.1 section 2.2`);
});

test('the place in a script; no screen and no frames where there are none; long lists of frames cut short', () => {
	const place = { uri: 'tftp://10.0.0.1/boot.ipxe', line: 3 };
	const { shows: _, ...wordless } = finding;
	const text = formatFindings([
		{ ...wordless, severity: 'info', place, frames: [] },
		{ ...finding, frames: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
	]);
	const [first = '', second = ''] = text.split('\n\n');
	expect(first).toContain('INFO no-offer (tftp://10.0.0.1/boot.ipxe line 3)');
	expect(first).not.toMatch(/screen|frames/);
	expect(second).toContain('frames: 1, 2, 3, 4, 5, 6, 7, 8 and 2 more');
});

test('nothing found is said', () => {
	expect(formatFindings([])).toContain('Nothing wrong was found');
});
