import { formatMac, parseMac } from '../../wire/mac.ts';
import type { BootSession } from '../timeline/session.ts';

/** Whether a session is of this machine. @param wanted MAC or UUID in any usual spelling */
export function isClient({ client: { mac, uuid } }: BootSession, wanted: string): boolean {
	const spelt = spelling(wanted);
	return mac === spelt || uuid === spelt;
}

/** As sessions spell it. */
function spelling(wanted: string): string {
	try {
		return formatMac(parseMac(wanted));
	} catch {
		return wanted.toLowerCase();
	}
}
