import type { IpxeScript } from '../../../ipxe/tree.ts';
import { ipxeWordText } from '../../../ipxe/tree.ts';

const hidden = '***';
/** Shorter ones would blot out half of every sentence. */
const shortest = 3;

/** What a script sets secret settings to: CHAP and HTTP passwords, keys. */
export function secretsOfScript({ lines }: IpxeScript): string[] {
	const secrets: string[] = [];
	for (const { commands } of lines) {
		for (const { words } of commands) {
			const [name, setting, ...value] = words.map(ipxeWordText);
			if ((name === 'set' || name === 'param') && /password|passwd|secret|token|privkey/i.test(setting ?? '')) {
				secrets.push(value.join(' '), ...value);
			}
		}
	}
	return secrets;
}

/** What a PXELINUX configuration keeps to itself: menu passwords, and what looks like one on a command line. */
export function secretsOfConfig(text: string): string[] {
	const found = text.matchAll(/(?:passwd|password|secret|token)[\s=:]+([^\s"',]+)/gi);
	return Array.from(found, ([, secret]) => secret as string);
}

/** A sentence with the secrets blotted out. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
	const long = secrets.filter((secret) => secret.length >= shortest).toSorted((a, b) => b.length - a.length);
	return long.reduce((masked, secret) => masked.replaceAll(secret, hidden), text);
}
