import type { Endpoint } from '../../wire/endpoint.ts';

export function isSameEndpoint(a: Endpoint, b: Endpoint): boolean {
	return a.port === b.port && a.address === b.address;
}

/** For maps. */
export function endpointKey({ address, port }: Endpoint): string {
	return `${address}|${port}`;
}
