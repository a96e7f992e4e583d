import { readFileSync } from 'node:fs';

const folder = new URL('../../fixtures/', import.meta.url);

/** A fixture's bytes. */
export function fixtureBytes(name: string): Uint8Array {
	return new Uint8Array(readFileSync(new URL(name, folder)));
}

/** The rows of a fixture with one JSON value a line. */
export function fixtureRows<Row>(name: string): Row[] {
	return readFileSync(new URL(name, folder), 'utf8')
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as Row);
}
