import { createMemoryLeaseStore, type Lease } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';

const network = '10.0.0.0/24';
const offered = { network, state: 'offered', expires: 100 } as const;
const bound = { network, state: 'bound', expires: 1000 } as const;

describe('memory lease store', () => {
	test('gives the first address that is free', async () => {
		const store = createMemoryLeaseStore();
		await store.claim(['10.0.0.1'], { ...bound, client: 'a' }, 0);
		const lease = await store.claim(['10.0.0.1', '10.0.0.2'], { ...bound, client: 'b' }, 0);
		expect(lease).toEqual({ ...bound, client: 'b', address: '10.0.0.2' });
	});

	test('reads no further than it must', async () => {
		const store = createMemoryLeaseStore();
		function* addresses() {
			yield '10.0.0.1';
			throw new Error('read on');
		}
		expect(await store.claim(addresses(), { ...bound, client: 'a' }, 0)).toMatchObject({ address: '10.0.0.1' });
	});

	test('an ended lease is free at the very millisecond of its end, not before', async () => {
		const store = createMemoryLeaseStore();
		await store.claim(['10.0.0.1'], { ...bound, client: 'a' }, 0);
		expect(await store.claim(['10.0.0.1'], { ...bound, client: 'b' }, 999)).toBeUndefined();
		expect(await store.ofClient('a', network)).toMatchObject({ address: '10.0.0.1' });
		expect(await store.claim(['10.0.0.1'], { ...bound, client: 'b' }, 1000)).toMatchObject({ client: 'b' });
		expect(await store.ofClient('a', network)).toBeUndefined();
	});

	test('an offer does not shorten what is bound', async () => {
		const store = createMemoryLeaseStore();
		await store.claim(['10.0.0.1'], { ...bound, client: 'a' }, 0);
		await store.claim(['10.0.0.1'], { ...offered, client: 'a' }, 0);
		expect(await store.ofAddress('10.0.0.1')).toEqual({ ...bound, client: 'a', address: '10.0.0.1' });
	});

	test('a bound client gets no second address; an offered one changes it', async () => {
		const store = createMemoryLeaseStore();
		await store.claim(['10.0.0.1'], { ...offered, client: 'a' }, 0);
		await store.claim(['10.0.0.2'], { ...bound, client: 'a' }, 0);
		expect(await store.ofAddress('10.0.0.1')).toBeUndefined();
		expect(await store.claim(['10.0.0.3'], { ...bound, client: 'a' }, 0)).toBeUndefined();
		expect(await store.claim(['10.0.0.3'], { ...bound, client: 'a' }, 1000)).toMatchObject({ address: '10.0.0.3' });
		expect(await store.ofAddress('10.0.0.2')).toBeUndefined();
	});

	test('one client, two networks, two leases', async () => {
		const store = createMemoryLeaseStore();
		await store.claim(['10.0.0.1'], { ...bound, client: 'a' }, 0);
		await store.claim(['10.1.0.1'], { ...bound, network: '10.1.0.0/24', client: 'a' }, 0);
		expect(await store.ofClient('a', network)).toMatchObject({ address: '10.0.0.1' });
		expect(await store.ofClient('a', '10.1.0.0/24')).toMatchObject({ address: '10.1.0.1' });
	});

	test('replaces only what is still there', async () => {
		const store = createMemoryLeaseStore();
		const first = (await store.claim(['10.0.0.1'], { ...offered, client: 'a' }, 0)) as Lease;
		const second = (await store.claim(['10.0.0.1'], { ...bound, client: 'a' }, 0)) as Lease;
		expect(await store.replace(first, undefined)).toBe(false);
		expect(await store.replace({ ...second, client: 'b' }, undefined)).toBe(false);
		expect(await store.replace(second, { ...second, expires: 5 })).toBe(true);
		expect(await store.ofAddress('10.0.0.1')).toMatchObject({ expires: 5 });
		expect(await store.replace({ ...second, expires: 5 }, undefined)).toBe(true);
		expect([await store.ofAddress('10.0.0.1'), await store.ofClient('a', network)]).toEqual([undefined, undefined]);
	});
});
