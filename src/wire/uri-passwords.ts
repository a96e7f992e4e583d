/** `//user:this@host`; `iscsi:user:this@host` as some dialects write it. A password may hold an `@`: the last one ends it. */
const uriPassword = /((?:\/\/|iscsi:)[^\s/@:"]*:)[^\s/]*@/gi;

/** Text for people, in which the passwords of URIs read `***`. @internal */
export function withoutUriPasswords(text: string): string {
	return text.replace(uriPassword, '$1***@');
}
