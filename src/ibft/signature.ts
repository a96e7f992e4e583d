import type { IbftSignature } from './model.ts';

/** Whether some reader takes a table that begins so for an iBFT. */
export function isIbftSignature(text: string): text is IbftSignature {
	return text === 'iBFT' || text === 'IBFT' || text === 'BIFT';
}
