import { type Exchange, exchangesWith } from '../support/exchanges.ts';

/** A captured request, as it is sent to a dnsmasq or to our responder that is reached as 192.168.77.2. */
export interface CapturedRequest {
	readonly hex: string;
	readonly fromPort: number;
	readonly to: readonly [string, number];
}

/** The address of all clients that have one. */
export const clientAddress = '192.168.77.106';
const clientAddressHex = 'c0a84d6a';

function captured(client: string, serverConfig: string, requestType: number, index = 0): CapturedRequest {
	const found = exchangesWith(serverConfig).filter((row) => row.client === client && row.requestType === requestType);
	const { requestHex, requestTo, requestFrom } = found.at(index) as Exchange;
	const isDiscover = requestType === 1;
	// So that one host can play all clients: answers to all, and one address.
	const hex = isDiscover
		? `${requestHex.slice(0, 20)}8000${requestHex.slice(24)}`
		: `${requestHex.slice(0, 24)}${clientAddressHex}${requestHex.slice(32)}`;
	return { hex, fromPort: requestFrom[1], to: isDiscover ? requestTo : ['192.168.77.2', 4011] };
}

/** The same request for another entry of the menu. */
function choosing(type: string, { hex, ...rest }: CapturedRequest): CapturedRequest {
	return { ...rest, hex: hex.replace(/4704800[0-9](?=0000ff)/, `4704${type}`) };
}

const bios = captured('bios-ipxe-e1000', 'p_single.conf', 3);
const uefi = captured('ovmf-x64-pxe', 'p_menu.conf', 3, 1);

export type QuestionName =
	| 'BIOS iPXE, DISCOVER'
	| 'BIOS iPXE, chose 0x8000'
	| 'BIOS iPXE, chose 0x8002'
	| 'UEFI, DISCOVER'
	| 'UEFI, port 4011'
	| 'UEFI, chose 0x8000'
	| 'UEFI, chose 0x8001'
	| 'UEFI iPXE, DISCOVER'
	| 'HTTP boot, DISCOVER';

/** Who asks what. */
export const questions: Readonly<Record<QuestionName, CapturedRequest>> = {
	'BIOS iPXE, DISCOVER': captured('bios-ipxe-e1000', 'p_single.conf', 1),
	'BIOS iPXE, chose 0x8000': choosing('8000', bios),
	'BIOS iPXE, chose 0x8002': choosing('8002', bios),
	'UEFI, DISCOVER': captured('ovmf-x64-pxe', 'p_single.conf', 1),
	'UEFI, port 4011': captured('ovmf-x64-pxe', 'p_single.conf', 3),
	'UEFI, chose 0x8000': choosing('8000', uefi),
	'UEFI, chose 0x8001': choosing('8001', uefi),
	'UEFI iPXE, DISCOVER': captured('ovmf-x64-pxe', 'p_single.conf', 1, 1),
	'HTTP boot, DISCOVER': captured('ovmf-x64-http', 's_http.conf', 1, -1),
};

/** What dnsmasq 2.90 said: a row of fixtures/dhcp/dnsmasq-table.jsonl. */
export interface RecordedAnswer {
	readonly section: string;
	readonly lines: readonly string[];
	readonly question: QuestionName;
	/** `null` = silence. */
	readonly replyHex: string | null;
}

/** The two sections of docs/dnsmasq.md whose rows are asked, with the line that all of their rows stand below. */
export const sections: Readonly<Record<string, string>> = {
	'Lines for the proxy': 'dhcp-range=192.168.77.0,proxy',
	'Lines for a full DHCP server': 'dhcp-range=192.168.77.100,192.168.77.150,1h',
};

/** All of dnsmasq's configuration for a row. Its proxy answers nobody without a line that begins with `pxe-`. */
export function configuration(section: string, lines: readonly string[]): string[] {
	const range = sections[section] as string;
	const hasPxeLine = lines.some((line) => line.startsWith('pxe-'));
	const prompt = range.endsWith('proxy') && !hasPxeLine ? ['pxe-prompt="PXE",0'] : [];
	return [...new Set([range, ...prompt, ...lines])];
}

/** Who is asked of a row: whose clients its lines are about. */
export function questionsFor(section: string, lines: readonly string[]): QuestionName[] {
	const names = Object.keys(questions) as QuestionName[];
	const about = (text: string) => lines.some((line) => line.includes(text));
	return names.filter((name) => {
		if (name === 'HTTP boot, DISCOVER') return about('HTTPClient');
		if (about('HTTPClient')) return false;
		if (about('x86PC')) return name.startsWith('BIOS');
		if (about('x86-64_EFI')) return name.startsWith('UEFI');
		return name.endsWith('DISCOVER') || (name === 'UEFI, port 4011' && section === 'Lines for the proxy');
	});
}
