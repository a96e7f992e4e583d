import { rememberedFrames } from './copies.ts';
import type { DecodedFrame } from './frame.ts';

/** Knows for a moment what the latest frames were taken for: their copies belong to the same. */
export interface RecentOwners<Owner> {
	took(frame: DecodedFrame, owner: Owner): void;
	/** Who took the frame that this one is a copy of. */
	ofOriginal(frame: DecodedFrame): Owner | undefined;
}

export function createRecentOwners<Owner>(): RecentOwners<Owner> {
	const owners = new Map<number, Owner>();
	return {
		took({ index }, owner) {
			owners.set(index, owner);
			if (owners.size > rememberedFrames) owners.delete(owners.keys().next().value as number);
		},
		ofOriginal: ({ copyOf }) => (copyOf === undefined ? undefined : owners.get(copyOf)),
	};
}
