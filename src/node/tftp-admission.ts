import { monotonicNow } from './deadlines.ts';

/** The limits of {@link TftpServerOptions}. */
export interface AdmissionLimits {
	readonly maxTransfers?: number | undefined;
	readonly maxTransfersPerAddress?: number | undefined;
	readonly whenFull?: 'queue' | 'drop' | 'error' | undefined;
}

/** A transfer that wants to begin. */
export interface Candidate {
	/** The client's address. */
	readonly address: string;
	/** Begins; `release` must be called once, when the transfer is over. */
	start(release: () => void): void;
	/** A limit was reached. After `queue` the candidate may be started later. */
	refuse(limit: 'transfers' | 'transfers-per-address', action: 'queue' | 'drop' | 'error'): void;
	/** It has waited for too long. */
	forget(): void;
	/** False when the client has moved on meanwhile. */
	readonly wanted: boolean;
}

/** Counts transfers and holds back those beyond the limits. */
export interface Admission {
	admit(candidate: Candidate): void;
	/** Forgets all that wait. */
	close(): void;
	readonly active: number;
}

const maxWaiting = 1_000;
/** Clients repeat a request after seconds; one that was silent for longer has gone. */
const maxWait = 10_000;

export function createAdmission(limits: AdmissionLimits): Admission {
	const { maxTransfers = 1_000, maxTransfersPerAddress = 500, whenFull = 'queue' } = limits;
	const perAddress = new Map<string, number>();
	let active = 0;
	let waiting: { candidate: Candidate; since: number }[] = [];

	function limitFor(address: string): 'transfers' | 'transfers-per-address' | undefined {
		if (active >= maxTransfers) return 'transfers';
		if ((perAddress.get(address) ?? 0) >= maxTransfersPerAddress) return 'transfers-per-address';
		return undefined;
	}

	function start(candidate: Candidate): void {
		const { address } = candidate;
		active++;
		perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
		let released = false;
		candidate.start(() => {
			if (released) return;
			released = true;
			active--;
			const left = (perAddress.get(address) ?? 1) - 1;
			if (left > 0) perAddress.set(address, left);
			else perAddress.delete(address);
			if (waiting.length > 0) startWaiting();
		});
	}

	function startWaiting(): void {
		const oldest = monotonicNow() - maxWait;
		const stillWaiting: typeof waiting = [];
		const candidates = waiting;
		waiting = [];
		for (const entry of candidates) {
			if (!entry.candidate.wanted) continue;
			if (entry.since < oldest) entry.candidate.forget();
			else if (limitFor(entry.candidate.address)) stillWaiting.push(entry);
			else start(entry.candidate);
		}
		waiting = [...stillWaiting, ...waiting];
	}

	return {
		admit(candidate) {
			const limit = limitFor(candidate.address);
			if (!limit) return start(candidate);
			const isFull = whenFull === 'queue' && waiting.length >= maxWaiting;
			// What is too old or not wanted any more is only looked for when the room is needed.
			if (isFull) startWaiting();
			const action = whenFull === 'queue' && waiting.length >= maxWaiting ? 'drop' : whenFull;
			if (action === 'queue') waiting.push({ candidate, since: monotonicNow() });
			candidate.refuse(limit, action);
		},
		close() {
			for (const { candidate } of waiting) candidate.forget();
			waiting = [];
		},
		get active() {
			return active;
		},
	};
}
