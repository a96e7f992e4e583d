import { fixtureRows } from './fixtures.ts';

/** A request of real firmware and dnsmasq's reply to it, as captured. */
export interface Exchange {
	readonly client: string;
	/** One of the dnsmasq configurations in fixtures/dhcp. */
	readonly serverConfig: string;
	readonly request: string;
	/** DHCP message type: 1 DISCOVER, 3 REQUEST. */
	readonly requestType: number;
	readonly requestHex: string;
	readonly replyHex: string;
	readonly requestFrom: [address: string, port: number];
	readonly requestTo: [address: string, port: number];
	readonly replyTo: [address: string, port: number];
}

/** All exchanges, or those with these configurations. */
export function exchangesWith(...serverConfigs: readonly string[]): Exchange[] {
	const all = fixtureRows<Exchange>('dhcp/exchanges.jsonl');
	return serverConfigs.length === 0 ? all : all.filter(({ serverConfig }) => serverConfigs.includes(serverConfig));
}
