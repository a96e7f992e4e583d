import { PxekitError } from 'pxekit';
import { bootTimeline, expectBoot, readCapture } from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { fixtureBytes } from '../../support/fixtures.ts';

const capture = (name: string) => readCapture(fixtureBytes(`captures/${name}.pcap`));
const script = capture('ovmf_dnsmasq-dhcp_ipxe-efi_script-linux');
const pxelinux = capture('bios-ipxe-rom_pxelinux-209-210_linux');
const http = capture('ovmf_http-boot');
const missing = capture('failures/ovmf_missing-file');
const nobody = capture('failures/ovmf_no-dhcp-server');

/** What an assertion says when it fails. */
function said(assertion: () => unknown): string {
	try {
		assertion();
	} catch (error) {
		if (!(error instanceof PxekitError)) throw error;
		expect(error.code).toBe('unexpected-boot');
		return error.message;
	}
	throw new Error('nothing was thrown');
}

// Files, lengths and frames are as tshark lists them: -Y tftp -e frame.number -e tftp.source_file -e tftp.option.value, and ls on the server.
describe('what is so', () => {
	test('files over TFTP', () => {
		expectBoot(script)
			.got('ipxe.efi', { from: '10.77.0.1', over: 'tftp', bytes: 850_528 })
			.got('tftp://10.77.0.1/boot.ipxe', { bytes: 199 })
			.got(/^vmlinuz$/)
			.asked('ipxe.efi', { times: 1 })
			.asked('ipxe.efi', { over: 'tftp', from: '10.77.0.1' })
			.neverAsked('pxelinux.0')
			.askedInOrder('ipxe.efi', 'vmlinuz', 'initrd.img');
	});

	test('content, where the capture has all of it', () => {
		const { session } = expectBoot(script);
		const transfers = session.stages.flatMap(({ events }) =>
			events.flatMap((event) =>
				event.type === 'tftp' && event.transfer.filename === 'boot.ipxe' ? event.transfer : [],
			),
		);
		const content = transfers[0]?.content as Uint8Array;
		// Line 1 of the script, as tshark -x shows it in frame 50.
		expect(new TextDecoder().decode(content.subarray(0, 6))).toBe('#!ipxe');
		expectBoot(script).got('boot.ipxe', { content });
		expect(said(() => expectBoot(script).got('boot.ipxe', { content: content.subarray(1) }))).toContain('198 bytes');
		expect(said(() => expectBoot(script).got('vmlinuz', { content }))).toContain('vmlinuz');
	});

	test('files over HTTP', () => {
		expectBoot(http)
			.got('http://10.77.0.1:8080/snponly.efi', { over: 'http', from: '10.77.0.1', bytes: 173_792 })
			.got('/snponly.efi')
			.asked('/snponly.efi', { times: 1 });
	});

	test('with a slash before the name or without: over HTTP and TFTP', () => {
		expectBoot(http)
			.got('snponly.efi', { over: 'http', bytes: 173_792 })
			.got(/^snponly/)
			.got('/snponly.efi');
		expectBoot(script).got('/boot.ipxe').asked('/ipxe.efi', { times: 1 }).askedInOrder('/ipxe.efi', 'vmlinuz');
		expect(said(() => expectBoot(http).neverAsked('snponly.efi'))).toContain('frame 73');
		expect(said(() => expectBoot(script).neverAsked('/boot.ipxe'))).toContain('frame 47');
		// It is the same file, and not one of the same name in another folder.
		expectBoot(http).neverAsked('efi').neverAsked('boot/snponly.efi');
	});

	test('offers', () => {
		expectBoot(script)
			.wasOffered({ from: '10.77.0.1', address: '10.77.0.102', file: 'ipxe.efi', nextServer: '10.77.0.1' })
			.wasOffered({ file: /boot\.ipxe$/ });
	});

	test('options, of the client and of servers', () => {
		expectBoot(pxelinux)
			.sawOption('configurationFile')
			.sawOption(210, { from: 'servers' })
			.neverSawOption(210, { from: 'client' })
			.sawOption('clientArchitecture', { from: 'client' });
	});

	test('programs', () => {
		expectBoot(script).wentThrough('rom', 'ipxe');
	});

	test('health, and what ails it', () => {
		expectBoot(script).isHealthy().wasDiagnosed('size-probe');
		expectBoot(missing).wasDiagnosed('tftp-error');
	});
});

describe('what is not so is said with what was instead', () => {
	test.each([
		[
			'another file',
			() => expectBoot(script).got('grub.efi'),
			/did not get "grub\.efi"\.\nIt asked for:\n {2}frame \d+: "ipxe\.efi"/,
		],
		['another server', () => expectBoot(script).got('ipxe.efi', { from: '10.77.0.9' }), /from 10\.77\.0\.9/],
		['another protocol', () => expectBoot(script).got('ipxe.efi', { over: 'http' }), /over HTTP/],
		['another length', () => expectBoot(script).got('ipxe.efi', { bytes: 1 }), /with 1 bytes/],
		[
			'refused',
			() => expectBoot(missing).got('missing'),
			/frame 18: "missing" from 10\.77\.0\.1 over TFTP, refused.*ERROR 1/,
		],
		['asked too seldom', () => expectBoot(script).asked('ipxe.efi', { times: 2 }), /2 times, but 1/],
		['not asked', () => expectBoot(script).asked(/grub/), /did not ask for \/grub\//],
		['asked', () => expectBoot(script).neverAsked('boot.ipxe'), /asked for "boot\.ipxe"/],
		['another order', () => expectBoot(script).askedInOrder('vmlinuz', 'ipxe.efi'), /"ipxe\.efi" as number 2 of/],
		[
			'another offer',
			() => expectBoot(script).wasOffered({ file: 'grub.efi' }),
			/frame 5: offer from 10\.77\.0\.1.*ipxe\.efi/s,
		],
		['no such option', () => expectBoot(script).sawOption('rootPath'), /saw no option 17 \(rootPath\)/],
		[
			'the option',
			() => expectBoot(script).neverSawOption(93),
			/saw option 93 \(clientArchitecture\)\.\nIt stands in:\n {2}frame 1: discover/,
		],
		[
			'other programs',
			() => expectBoot(script).wentThrough('rom'),
			/did not go through rom\.\nIt went through:\n {2}rom: UEFI/,
		],
		[
			'ill',
			() => expectBoot(missing).isHealthy(),
			/is not healthy\.\nIt has:\n {2}error tftp-error, frame 18: 10\.77\.0\.1 refused "missing"/,
		],
		[
			'ill of something else',
			() => expectBoot(missing).wasDiagnosed('no-offer'),
			/was not diagnosed with no-offer\.\nIt was diagnosed with:\n {2}error tftp-error/,
		],
	])('%s', (_, assertion, message) => {
		expect(said(assertion)).toMatch(message);
	});

	test('content: where it differs, or that the capture can’t tell', () => {
		// As tshark -x shows the beginning in frame 50: #!ipxe and a line feed.
		const expected = new Uint8Array(199).fill(0x20);
		expected.set(new TextEncoder().encode('#!ipxe'));
		expect(said(() => expectBoot(script).got('boot.ipxe', { content: expected }))).toMatch(
			/^52:54:00:77:00:03 did not get "boot\.ipxe" with the expected 199 bytes: byte 6 of what it got is 0x0a and not 0x20\.\n/,
		);
		expect(said(() => expectBoot(script).got('ipxe.efi', { content: new Uint8Array(850_528) }))).toMatch(
			/: the capture does not have all bytes of it, so that they can’t be compared\.\n/,
		);
	});

	test.each([
		[{ from: '10.0.0.9' }, 'was not offered anything by 10.0.0.9.'],
		[{ file: 'x', nextServer: '10.0.0.9' }, 'was not offered next server 10.0.0.9, file "x".'],
		[{ address: '10.0.0.9', from: '10.77.0.1' }, 'was not offered address 10.0.0.9 by 10.77.0.1.'],
	])('offers: %j', (expected, words) => {
		expect(said(() => expectBoot(script).wasOffered(expected))).toContain(words);
	});

	test('no offer at all', () => {
		expect(said(() => expectBoot(nobody).wasOffered({}))).toBe(
			'52:54:00:77:00:01 was not offered anything.\nIt was offered nothing.',
		);
	});

	test('and with what the capture can not show', () => {
		expect(said(() => expectBoot(script).neverAsked('boot.ipxe'))).toMatch(
			/\nThe capture: blocks of a file are not in the capture/,
		);
	});
});

describe('whom it is about', () => {
	const sessions = bootTimeline(script);
	const two = [...sessions, ...bootTimeline(missing)];

	test('sessions will do, and one session', () => {
		expectBoot(sessions).asked('ipxe.efi');
		expectBoot(sessions[0] as (typeof sessions)[0]).asked('ipxe.efi');
	});

	test('of several machines one has to be named, by MAC or UUID', () => {
		expect(() => expectBoot(two)).toThrow(expect.objectContaining({ code: 'several-clients' }));
		expectBoot(two, { client: '52:54:00:77:00:01' }).asked('missing');
		expect(() => expectBoot(two, { client: '52:54:00:00:00:99' })).toThrow(/52:54:00:77:00:03, 52:54:00:77:00:01/);
	});

	test('in any spelling', () => {
		for (const client of ['52-54-00-77-00-01', '5254.0077.0001', '525400770001', '52:54:00:77:00:01']) {
			expect(expectBoot(two, { client }).session.client.mac).toBe('52:54:00:77:00:01');
		}
	});

	// Assertions that could never fail.
	test.each([999, 0, 255, -1, 1.5, Number.NaN])('option %d, which there is not', (option) => {
		for (const assertion of ['sawOption', 'neverSawOption'] as const) {
			expect(() => expectBoot(script)[assertion](option)).toThrow(expect.objectContaining({ code: 'unknown-option' }));
		}
	});

	test('no files in order', () => {
		expect(() => expectBoot(script).askedInOrder()).toThrow(expect.objectContaining({ code: 'nothing-expected' }));
	});

	test('a check that there is not', () => {
		expect(() => expectBoot(script).wasDiagnosed('no-ofer')).toThrow(
			expect.objectContaining({ code: 'no-such-check' }),
		);
	});

	test('nobody', () => {
		expect(() => expectBoot([])).toThrow(expect.objectContaining({ code: 'no-such-client' }));
	});
});
