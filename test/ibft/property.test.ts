import fc from 'fast-check';
import {
	checkIbft,
	DecodeError,
	decodeAbft,
	decodeIbft,
	decodeNbft,
	decodeSbft,
	encodeAbft,
	encodeIbft,
	encodeNbft,
	encodeSbft,
	explainIbft,
	findBootTables,
	fromSysfs,
	type Ibft,
	type IbftInit,
	ibftSysfs,
	parseAcpiHeader,
	Secret,
	toIscsistart,
} from 'pxekit/ibft';
import { expect, test } from 'vitest';
import { cpuMilliseconds } from '../support/cpu-time.ts';
import { genuineAbft, genuineTables } from './fixtures.ts';
import { withChecksum } from './table.ts';

const byte = fc.integer({ min: 0, max: 255 });
const hexByte = byte.map((value) => value.toString(16).padStart(2, '0'));
const mac = fc.array(hexByte, { minLength: 6, maxLength: 6 }).map((parts) => parts.join(':'));
const ipv4 = fc.tuple(fc.integer({ min: 1, max: 255 }), byte, byte, byte).map((parts) => parts.join('.'));
/** Groups without a run of zeros, so that each has one spelling. */
const ipv6 = fc
	.array(fc.integer({ min: 1, max: 0xffff }), { minLength: 8, maxLength: 8 })
	.map((groups) => groups.map((group) => group.toString(16)).join(':'));
const ip = fc.oneof(ipv4, ipv6);
const name = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 60 });
const secret = name.map((text) => new Secret(text));
const lun = fc
	.array(fc.integer({ min: 1, max: 0xffff }), { minLength: 1, maxLength: 4 })
	.map((groups) => groups.map((group) => group.toString(16)).join('-'));
const pciAddress = fc
	.tuple(hexByte, fc.integer({ min: 0, max: 31 }), fc.integer({ min: 0, max: 7 }))
	.map(([bus, device, fn]) => `${bus}:${device.toString(16).padStart(2, '0')}.${fn}`);
const origin = fc.oneof(
	fc.constantFrom('other', 'manual', 'wellKnown', 'dhcp', 'routerAdvertisement'),
	fc.integer({ min: 17, max: 255 }),
);

/** Only bits that have a meaning: others are an issue. */
const flagBits = (count: number) => fc.integer({ min: 0, max: 2 ** count - 1 });

const initiator = fc.record(
	{ index: byte, flags: flagBits(2), name, isnsServer: ip, slpServer: ip, primaryRadius: ip, secondaryRadius: ip },
	{ requiredKeys: ['index', 'flags'] },
);
const nic = fc.record(
	{
		flags: flagBits(3),
		address: ip,
		prefixLength: fc.integer({ min: 0, max: 32 }),
		origin,
		gateway: ip,
		primaryDns: ip,
		secondaryDns: ip,
		dhcpServer: ip,
		vlan: fc.integer({ min: 0, max: 0xffff }),
		mac,
		pciAddress,
		hostName: name,
	},
	{ requiredKeys: ['flags', 'prefixLength', 'origin', 'vlan', 'mac', 'pciAddress'] },
);
const chap = fc.oneof(
	fc.constant({ chapType: 'none' as const }),
	fc.record({ chapType: fc.constant('chap' as const), chapName: name, chapSecret: secret }),
	fc.record({
		chapType: fc.constant('mutual' as const),
		chapName: name,
		chapSecret: secret,
		reverseChapName: name,
		reverseChapSecret: secret,
	}),
);
const target = fc
	.tuple(
		fc.record(
			{ flags: flagBits(4), address: ip, port: fc.integer({ min: 0, max: 0xffff }), lun, name },
			{ requiredKeys: ['flags', 'port', 'lun'] },
		),
		chap,
	)
	.map(([plain, credentials]) => ({ ...plain, ...credentials }));

/** Indexes are unique among their kind and associations lead somewhere, as the encoder wants it. */
const model: fc.Arbitrary<IbftInit> = fc
	.record({
		signature: fc.constantFrom('iBFT' as const, 'IBFT' as const, 'BIFT' as const),
		initiator,
		nics: fc.array(nic, { minLength: 1, maxLength: 6 }),
		targets: fc.array(target, { maxLength: 6 }),
		first: fc.integer({ min: 0, max: 200 }),
		association: fc.nat(),
	})
	.map(({ signature, initiator, nics, targets, first, association }) => ({
		signature,
		initiator,
		nics: nics.map((value, at) => ({ ...value, index: first + at })),
		targets: targets.map((value, at) => ({
			...value,
			index: first + 2 * at,
			nicAssociation: first + ((association + at) % nics.length),
		})),
	}));

/** Without what only a decoded table has; secrets become comparable. */
function comparable(table: Ibft | IbftInit): unknown {
	const plain = (structure: object | undefined) =>
		structure &&
		Object.fromEntries(
			Object.entries(structure)
				.filter(([key]) => key !== 'place')
				.map(([key, value]) => [key, value instanceof Secret ? value.reveal() : value]),
		);
	const { signature, initiator, nics = [], targets = [] } = table;
	return { signature, initiator: plain(initiator), nics: nics.map(plain), targets: targets.map(plain) };
}

test.each(['compact', 'ipxe'] as const)('decode(encode(m)) equals m: %s', (layout) => {
	fc.assert(
		fc.property(model, (init) => {
			const bytes = encodeIbft(init, { layout });
			const table = decodeIbft(bytes);
			expect(comparable(table)).toEqual(comparable(init));
			expect(table.issues).toEqual([]);
			expect(Buffer.compare(encodeIbft(table, { layout }), bytes)).toBe(0);
		}),
		{ numRuns: 300 },
	);
});

test('decode(encode(m)) equals m: edk2, where it has room', () => {
	const small = model.map((init) => ({
		...init,
		nics: init.nics?.slice(0, 1),
		targets: init.targets?.slice(0, 1).map((value) => ({ ...value, nicAssociation: init.nics?.[0]?.index })),
	}));
	fc.assert(
		fc.property(small, (init) => {
			const bytes = encodeIbft(init, { layout: 'edk2' });
			expect(bytes.length).toBe(2048);
			expect(comparable(decodeIbft(bytes))).toEqual(comparable(init));
		}),
		{ numRuns: 300 },
	);
});

test("the kernel's files of any table lead back to it", () => {
	fc.assert(
		fc.property(model, (init) => {
			const files = ibftSysfs(decodeIbft(encodeIbft(init)));
			const { ibft, issues } = fromSysfs(files);
			if (issues.length > 0) {
				expect(issues.every(({ code }) => code === 'ambiguous-lun')).toBe(true);
				return;
			}
			expect(ibftSysfs(decodeIbft(encodeIbft(ibft)))).toEqual(files);
		}),
		{ numRuns: 200 },
	);
});

/** A decoder either gives a value or throws a DecodeError. */
function valueOrDecodeError<T>(decode: () => T): T | undefined {
	try {
		return decode();
	} catch (error) {
		if (error instanceof DecodeError) return undefined;
		throw error;
	}
}

const decoders = [
	['parseAcpiHeader', parseAcpiHeader, 'iBFT'],
	['decodeIbft', decodeIbft, 'iBFT'],
	['decodeAbft', decodeAbft, 'aBFT'],
	['decodeSbft', decodeSbft, 'sBFT'],
	['decodeNbft', decodeNbft, 'NBFT'],
] as const;

test.each(decoders)('%s takes any bytes', (_, decode, signature) => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, isSigned) => {
			// With the signature and a control structure's id in place the decoder gets past its first questions.
			if (isSigned && bytes.length > 64) {
				bytes.set(new TextEncoder().encode(signature));
				bytes[signature === 'NBFT' ? 64 : 48] = 1;
			}
			valueOrDecodeError(() => decode(bytes));
		}),
		{ numRuns: 1000 },
	);
});

/** A small generator with a seed, faster than fast-check's where a hundred thousand tables are wanted (mulberry32). */
function generator(seed: number): (below: number) => number {
	let state = seed >>> 0;
	return (below) => {
		state = (state + 0x6d2b_79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
	};
}

/** Bytes that matter: 0, all ones, small numbers, and anything. */
function mutate(table: Uint8Array, random: (below: number) => number): Uint8Array {
	const length = random(8) === 0 ? random(table.length + 1) : table.length;
	const bytes = table.slice(0, length);
	if (length === 0) return bytes;
	for (let change = random(6); change >= 0; change--) {
		const at = random(4) === 0 ? random(length) : random(Math.min(length, 400));
		bytes[at] = [0, 0xff, random(8), random(256)][random(4)] as number;
	}
	// Without a right checksum most readers stop early.
	return random(2) === 0 && length > 9 ? withChecksum(bytes) : bytes;
}

test('100,000 mutated genuine tables: a value or a DecodeError, and never long', { timeout: 60_000 }, () => {
	const seed = Math.floor(Math.random() * 2 ** 31);
	const random = generator(seed);
	const nbft = encodeNbft({
		host: { flags: 7, id: '12345678-aaaa-bbbb-cccc-123456789012', nqn: 'nqn.2014-08.org.example:host' },
		hfis: [{ index: 1, flags: 1, transport: 3 }],
		discovery: [{ flags: 1, index: 1, hfiIndex: 1, securityIndex: 0, uri: 'nvme+tcp://10.0.0.1:8009/' }],
	});
	const sources: readonly (readonly [Uint8Array, (bytes: Uint8Array) => unknown])[] = [
		...genuineTables.map(({ bytes }) => [bytes, decodeIbft] as const),
		[genuineAbft, decodeAbft],
		[nbft, decodeNbft],
		[
			encodeSbft({ scsi: { lun: '1' }, srp: { initiatorPortId: '01'.repeat(16), targetPortId: '02'.repeat(16) } }),
			decodeSbft,
		],
	];
	let longest = 0;
	let values = 0;
	for (let run = 0; run < 100_000; run++) {
		const [table, decode] = sources[random(sources.length)] as (typeof sources)[number];
		const bytes = mutate(table, random);
		const start = cpuMilliseconds();
		try {
			decode(bytes);
			values++;
		} catch (error) {
			if (!(error instanceof DecodeError)) throw new Error(`seed ${seed}, run ${run}`, { cause: error });
		}
		longest = Math.max(longest, cpuMilliseconds() - start);
	}
	expect(values).toBeGreaterThan(50_000);
	// In milliseconds; a pause of the machine is in it.
	expect(longest).toBeLessThan(1000);
});

test('whatever decodes can be shown, checked and explained', () => {
	const readers = ['spec', 'linux', 'linux<5.6', 'open-iscsi', 'windows', 'freebsd'] as const;
	const tables = genuineTables.map(({ bytes }) => bytes);
	fc.assert(
		fc.property(fc.integer(), fc.constantFrom(...tables), (seed, genuine) => {
			const table = valueOrDecodeError(() => decodeIbft(mutate(genuine, generator(seed))));
			if (!table) return;
			ibftSysfs(table);
			toIscsistart(table);
			for (const reader of readers) {
				checkIbft(table, { reader });
				explainIbft(table, { reader });
			}
		}),
		{ numRuns: 1000 },
	);
});

test('fromSysfs takes any files', () => {
	const path = fc.oneof(
		fc.constantFrom(
			'target0/lun',
			'target1/ip-addr',
			'ethernet0/mac',
			'ethernet0/vlan',
			'initiator/flags',
			'acpi_header/oem_id',
		),
		fc.string(),
	);
	fc.assert(
		fc.property(fc.dictionary(path, fc.string()), (files) => {
			valueOrDecodeError(() => fromSysfs(files));
		}),
		{ numRuns: 500 },
	);
});

test('a table is found wherever it stands', () => {
	fc.assert(
		fc.property(fc.nat({ max: 200 }), fc.uint8Array({ minLength: 8192, maxLength: 8192 }), (slot, memory) => {
			const table = encodeAbft({ major: 1, minor: 2, mac: '52:54:00:12:34:56' });
			memory.set(table, 16 * slot);
			expect(findBootTables(memory)).toContainEqual({ signature: 'aBFT', address: 16 * slot, bytes: table });
		}),
		{ numRuns: 100 },
	);
});
