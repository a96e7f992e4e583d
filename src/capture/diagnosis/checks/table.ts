import { bootFileChecks } from './boot-files.ts';
import { bootInformationChecks } from './boot-information.ts';
import { captureFaultChecks } from './capture-faults.ts';
import type { CheckRow } from './check.ts';
import { loopChecks } from './loops.ts';
import { networkChecks } from './network.ts';
import { offerChecks } from './offers.ts';
import { pxeAnswerChecks } from './pxe-answers.ts';
import { replyChecks } from './replies.ts';
import { scriptChecks } from './scripts.ts';
import { symptomChecks } from './symptoms.ts';
import { tftpChecks } from './tftp.ts';

/** Checks by what they look at, in the order of a boot. */
export const checkTopics: readonly { readonly topic: string; readonly checks: readonly CheckRow[] }[] = [
	{ topic: 'Looking for an address', checks: offerChecks },
	{ topic: 'What servers say about booting', checks: bootInformationChecks },
	{ topic: 'Options 43 and 60, and port 4011', checks: pxeAnswerChecks },
	{ topic: 'Packets that clients trip over', checks: replyChecks },
	{ topic: 'TFTP', checks: tftpChecks },
	{ topic: 'The network', checks: networkChecks },
	{ topic: 'The boot file', checks: bootFileChecks },
	{ topic: 'Loops, and wrong hosts', checks: loopChecks },
	{ topic: 'Scripts and configurations', checks: scriptChecks },
	{ topic: 'What operators see', checks: symptomChecks },
	{ topic: 'The capture itself', checks: captureFaultChecks },
];

/** All checks. */
export const checkTable: readonly CheckRow[] = checkTopics.flatMap(({ checks }) => checks);
