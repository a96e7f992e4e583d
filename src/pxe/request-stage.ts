import { type DhcpPacket, type ReceivedOn, relayOf } from '../dhcp/index.ts';
import { requestedBootItem } from './boot-item.ts';

/**
 * What a client wants with its message (RFC 2131 section 4.3.2 for the kinds of REQUEST):
 *
 * - `discover`: an address, of whoever offers one.
 * - `selecting`: the address that this server, or another, offered.
 * - `init-reboot`: the address that it had before it was switched off.
 * - `renewing`: more time; asked of the server that gave the address.
 * - `rebinding`: more time; asked of everybody.
 * - `inform`: options; it has an address.
 * - `release`, `decline`: to give an address back, or to say that somebody else uses it.
 * - `boot-server`: what to boot, asked on port 4011, or of everybody.
 */
export type RequestStage =
	| 'discover'
	| 'selecting'
	| 'init-reboot'
	| 'renewing'
	| 'rebinding'
	| 'inform'
	| 'release'
	| 'decline'
	| 'boot-server';

const noAddress = '0.0.0.0';

/** `undefined` for a message that no client sends to a server, or one that names no address where it must. */
export function requestStage(request: DhcpPacket, received: ReceivedOn): RequestStage | undefined {
	if (received.port === 4011) return 'boot-server';
	const type = request.options.tryGet('messageType');
	// A client that looks for a boot server by broadcast names the type in option 43 (PXE 2.1 section 2.2.5).
	if ((type === 'REQUEST' || type === 'INFORM') && requestedBootItem(request)) return 'boot-server';
	const requested = request.options.tryGet('requestedIpAddress');
	switch (type) {
		case 'DISCOVER':
			return 'discover';
		case 'DECLINE':
			return requested === undefined ? undefined : 'decline';
		case 'RELEASE':
			return request.ciaddr === noAddress ? undefined : 'release';
		case 'INFORM':
			return request.ciaddr === noAddress ? undefined : 'inform';
		case 'REQUEST': {
			if (request.options.has('serverIdentifier')) {
				return requested === undefined && request.ciaddr === noAddress ? undefined : 'selecting';
			}
			if (request.ciaddr === noAddress) return requested === undefined ? undefined : 'init-reboot';
			// Behind a relay only the relay knows how the client sent it (RFC 5010).
			const relay = relayOf(request);
			return (relay ? relay.unicast : received.unicast) === false ? 'rebinding' : 'renewing';
		}
		default:
			return undefined;
	}
}
