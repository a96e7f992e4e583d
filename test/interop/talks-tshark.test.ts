import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareTalks } from '../support/tshark-talks.ts';

const root = new URL('../../', import.meta.url).pathname;
const own = join(root, 'fixtures/captures');
const foreign = join(root, '../shared/foreign/captures');

function capturesIn(folder: string): string[] {
	const names = existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
	return names.filter((name) => /\.pcap(ng)?$/.test(name)).sort();
}

const onlyWholeAnswers = 'tshark shows the answers that the capture has all of, we their heads as well';

/** Where we and tshark differ on purpose: all else must agree. */
const known: Readonly<Record<string, { readonly why: string; readonly differ: readonly string[] }>> = {
	'ovmf_http-boot.pcap': { why: onlyWholeAnswers, differ: ['+ 1958 200 173792'] },
	'seladb_PcapPlusPlus/Tests__Pcap++Test__PcapExamples__raw_ip.pcap': {
		why: onlyWholeAnswers,
		differ: ['+ 35997 200 1151'],
	},
	'arkime_arkime/tests__pcap__arkime_synthetic.pcap': {
		why: 'WebSocket after a 101 is a body to us alone; GENEVE is not followed',
		differ: ['+ body 822 101 13', '- 622 example.com'],
	},
	'zeek_zeek/testing__btest__Traces__tunnels__Teredo.pcap': {
		why: 'tshark undoes gzip, we give what was sent',
		differ: ['+ body 67 200 3651'],
	},
	'ntop_nDPI/tests__cfgs__default__pcap__tftp.pcap': {
		why: 'a request whose options begin with an empty name, at which we stop',
		differ: ['- 1 1   = = = = =octet', '+ 1 1  '],
	},
	'the-tcpdump-group_tcpdump/tests__tftp-heapoverflow.pcap': {
		why: 'a request from port 69, not to it',
		differ: ['- 1 1 '],
	},
	'wireshark/tftp.pcap': { why: 'token ring is not read', differ: ['- 1 1 C:\\IBMTCPIP\\lccm.1 octet'] },
};

/** Names that were mutated are spelt in other ways, or not read. */
const mutatedNames = 'ntop_nDPI/tests__cfgs__default__pcap__fuzz-2006-06-26-2594.pcap';

/** tshark ends with an error on these. */
const refusedByTshark = /pcapgo__tests__.e__test901\.pcapng$/;

describe.each([
	['our', own],
	['others', foreign],
])('%s captures', (_, folder) => {
	const captures = capturesIn(folder).filter((name) => !refusedByTshark.test(name));
	test.skipIf(captures.length === 0)('there are some', () => {
		expect(captures.length).toBeGreaterThan(10);
	});

	test.concurrent.each(captures)('%s', async (name) => {
		const compared = await compareTalks(join(folder, name), { names: name !== mutatedNames });
		expect(compared).toEqual({ differ: known[name]?.differ ?? [], onlyOurs: [], onlyTheirs: [] });
	});
});
