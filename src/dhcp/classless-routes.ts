import { DecodeError, EncodeError } from '../wire/errors.ts';
import { formatIpv4, parseIpv4 } from '../wire/ipv4.ts';
import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';
import type { OptionKind } from './option-kinds.ts';

/** One route of option 121. */
export interface ClasslessRoute {
	/** Network and prefix length: `'10.1.0.0/16'`. */
	readonly destination: string;
	/** `'0.0.0.0'` means on-link (RFC 3442). */
	readonly router: string;
}

export const classlessRoutesKind: OptionKind<readonly ClasslessRoute[]> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		const routes: ClasslessRoute[] = [];
		do {
			const width = reader.u8(path);
			if (width > 32) {
				throw new DecodeError('bad-prefix', `${path} has a prefix length of ${width}`, { offset: reader.at - 1, path });
			}
			const network = new Uint8Array(4);
			network.set(reader.take(Math.ceil(width / 8), path));
			routes.push({ destination: `${formatIpv4(network)}/${width}`, router: reader.ipv4(path) });
		} while (reader.left > 0);
		return routes;
	},
	encode(routes, path) {
		if (routes.length === 0) throw new EncodeError('empty-list', `${path} needs at least one route`, { path });
		const writer = new Writer();
		routes.forEach(({ destination, router }, i) => {
			const [, address, width] = /^([\d.]+)\/(\d{1,2})$/.exec(destination) ?? [];
			if (address === undefined || Number(width) > 32) {
				const message = `${path}[${i}].destination must look like 10.0.0.0/8, not ${JSON.stringify(destination)}`;
				throw new EncodeError('bad-prefix', message, { path });
			}
			const network = parseIpv4(address, `${path}[${i}].destination`);
			const significant = network.subarray(0, Math.ceil(Number(width) / 8));
			writer.u8(Number(width), path).raw(significant).ipv4(router, `${path}[${i}].router`);
		});
		return writer.finish();
	},
};
