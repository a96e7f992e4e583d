import { Reader } from '../wire/reader.ts';
import { encodeUtf8, readUtf8 } from '../wire/text.ts';
import { Writer } from '../wire/writer.ts';
import type { OptionKind } from './option-kinds.ts';

/** Option 151 (RFC 6926 section 6.2). */
export interface DhcpStatus {
	/** 0 = success, 1 = unspecified failure, 2 = query terminated, 3 = malformed query, 4 = not allowed. */
	readonly code: number;
	/** For people; may be `''`. */
	readonly message: string;
}

export const statusKind: OptionKind<DhcpStatus> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		const code = reader.u8(path);
		return { code, message: readUtf8(reader.rest(), `${path}.message`) };
	},
	encode: ({ code, message }, path) =>
		new Writer()
			.u8(code, `${path}.code`)
			.raw(encodeUtf8(message, `${path}.message`))
			.finish(),
};
