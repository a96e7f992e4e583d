import { expect, test } from 'vitest';
import { firmwareError } from '../../src/pxe/firmware-errors.ts';
import { failures } from '../interop/lab/failures.ts';

// What real firmware was held to say in test/interop/failures.test.ts.
const told = failures.flatMap(({ firmware, name, reason, message }) =>
	reason ? [{ firmware, name, reason, message }] : [],
);

test.each(told)('$firmware, $name: $message', ({ firmware, reason, message }) => {
	const { code, text } = firmwareError(firmware === 'bios' ? 'ipxe' : 'uefi', reason, '');
	expect(message).toContain(code ? `${code}: ${text}` : text);
});
