import { test } from 'vitest';
import { expectDiagnosis } from '../../interop/lab/diagnosis.ts';
import { failures } from '../../interop/lab/failures.ts';
import { fixtureBytes } from '../../support/fixtures.ts';

test.each(failures)('$firmware, $name: $code', (failure) => {
	expectDiagnosis(fixtureBytes(`captures/failures/${failure.firmware}_${failure.name}.pcap`), failure);
});
