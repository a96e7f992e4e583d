import type { DecodedFrame } from './frame.ts';
import type { TftpEvent } from './session.ts';
import { followTftp } from './tftp-transfers.ts';

/** A transfer, and who asked for it. */
export interface Talk {
	readonly client: string;
	readonly event: TftpEvent;
}

export interface TalkFollower {
	push(frame: DecodedFrame): void;
	end(): readonly Talk[];
	readonly full: boolean;
}

/** Keeps what clients fetched. */
export function createTalkFollower({
	maxEvents,
	maxContentBytes,
}: {
	readonly maxEvents: number;
	readonly maxContentBytes: number;
}): TalkFollower {
	const tftp = followTftp({ maxTotalBytes: maxContentBytes });
	const talks: Talk[] = [];
	let kept = 0;
	let full = false;

	/** Content that does not fit any more is left out; the head stays. */
	function affordable<T extends { readonly content?: Uint8Array | undefined }>(talk: T): T {
		const size = talk.content?.length ?? 0;
		if (kept + size > maxContentBytes) return { ...talk, content: undefined };
		kept += size;
		return talk;
	}

	function keep(talk: Talk): void {
		if (talks.length < maxEvents) talks.push(talk);
		else full = true;
	}

	function keepTransfers(transfers: ReturnType<typeof tftp.push>): void {
		for (const found of transfers) {
			const transfer = affordable(found);
			const { frames, start, end, client } = transfer;
			keep({ client: client.address, event: { type: 'tftp', frames, time: start, end, transfer } });
		}
	}

	return {
		push(frame) {
			keepTransfers(tftp.push(frame));
		},
		end() {
			keepTransfers(tftp.end());
			return talks;
		},
		get full() {
			return full;
		},
	};
}
