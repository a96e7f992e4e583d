import {
	type BootSession,
	bootTimeline,
	type CaptureFile,
	type CaptureFrame,
	encodeArpFrame,
	encodeIcmpFrame,
	encodeUdpFrame,
	encodeUdpFrames,
	type IcmpFrameInit,
	type TimelineEvent,
} from 'pxekit/capture';
import {
	type DhcpOptionsRecord,
	type DhcpPacketInit,
	decodeDhcp,
	encodeDhcp,
	type ReplyInit,
	replyTo,
} from 'pxekit/dhcp';
import { encodeTftp, type TftpOption, type TftpPacket } from 'pxekit/tftp';

export const clientMac = '52:54:00:12:34:56';
export const clientAddress = '10.0.0.50';
/** The usual hosts of these scenes. */
export const server = '10.0.0.1';
export const proxy = '10.0.0.2';
export const otherServer = '10.0.0.3';

const broadcast = '255.255.255.255';

export type SceneClient = 'uefi' | 'bios' | 'ipxe-bios' | 'ipxe-uefi' | 'http' | 'u-boot';

/** What each kind of client says of itself. */
const clients: Readonly<Record<SceneClient, DhcpOptionsRecord>> = {
	uefi: { vendorClassIdentifier: 'PXEClient:Arch:00007:UNDI:003016', clientArchitecture: [7] },
	bios: { vendorClassIdentifier: 'PXEClient:Arch:00000:UNDI:002001', clientArchitecture: [0] },
	'ipxe-bios': {
		vendorClassIdentifier: 'PXEClient:Arch:00000:UNDI:002001',
		clientArchitecture: [0],
		userClass: { form: 'raw', classes: ['iPXE'] },
	},
	'ipxe-uefi': {
		vendorClassIdentifier: 'PXEClient:Arch:00007:UNDI:003010',
		clientArchitecture: [7],
		userClass: { form: 'raw', classes: ['iPXE'] },
	},
	http: { vendorClassIdentifier: 'HTTPClient:Arch:00016:UNDI:003016', clientArchitecture: [16] },
	'u-boot': { vendorClassIdentifier: 'PXEClient:Arch:00022:UNDI:003000', clientArchitecture: [22] },
};

/** A packet of a server, beside what all have. */
export interface Said {
	readonly from?: string;
	readonly fields?: Partial<Omit<ReplyInit, 'options'>>;
	readonly options?: DhcpOptionsRecord;
	readonly to?: { readonly address: string; readonly port: number };
	readonly fromPort?: number;
	/** Changes the bytes after encoding. */
	readonly bend?: (bytes: Uint8Array) => Uint8Array;
	readonly minLength?: number;
	readonly maxLength?: number;
}

/** A TFTP request, beside what all have. */
export interface Asked {
	readonly of?: string;
	readonly options?: readonly TftpOption[];
	readonly mode?: string;
	/** The client's port. */
	readonly port?: number;
	/** Times that it is sent, a second apart. */
	readonly times?: number;
}

/** A whole transfer, beside what all have. */
export interface Fetched extends Asked {
	readonly granted?: readonly TftpOption[];
	readonly answeredFrom?: string;
	/** Seconds from the first block to the last. */
	readonly seconds?: number;
	readonly blockSize?: number;
	/** Blocks that are sent twice. */
	readonly twice?: readonly number[];
	/** Blocks after which nothing more comes. */
	readonly stopsAfter?: number;
}

/** A question for the size, beside what all have. */
export interface Probed {
	readonly of?: string;
	readonly granted?: readonly TftpOption[];
	/** Of the client's ERROR. */
	readonly code?: number;
	readonly message?: string;
}

/** A question who has an address, beside what all have. */
export interface ArpAsked {
	/** Times that it is sent, a second apart. */
	readonly times?: number;
	/** Hardware addresses of those who answer. */
	readonly answers?: readonly string[];
	readonly asker?: string;
}

const text = new TextEncoder();

/** A capture that is made packet by packet. Times are in seconds, and go up by themselves where none is given. */
export class Scene {
	readonly #frames: { readonly at: number; readonly data: Uint8Array; readonly keep?: number | undefined }[] = [];
	readonly #extra: TimelineEvent[] = [];
	#client: SceneClient;
	#xid = 0x1000;
	#discover: Uint8Array | undefined;
	#port = 2000;
	#serverPort = 40_000;
	#truncated = false;
	#vlans: readonly number[] = [];
	#requestOptions: DhcpOptionsRecord = {};
	#requestFields: Partial<DhcpPacketInit> = {};
	/** Of the last packet. */
	now = 0;

	constructor(client: SceneClient = 'uefi') {
		this.#client = client;
	}

	/** Another program speaks from now on. */
	as(client: SceneClient): this {
		this.#client = client;
		return this;
	}

	/** More in all requests from now on. */
	asking(options: DhcpOptionsRecord, fields: Partial<DhcpPacketInit> = {}): this {
		this.#requestOptions = options;
		this.#requestFields = fields;
		return this;
	}

	tagged(...vlans: readonly number[]): this {
		this.#vlans = vlans;
		return this;
	}

	/** Goes on for so long before the next packet. */
	wait(seconds: number): this {
		this.now += seconds;
		return this;
	}

	frame(data: Uint8Array, keep?: number): this {
		this.#frames.push({ at: this.now, data, keep });
		this.now += 0.001;
		return this;
	}

	udp(from: string, fromPort: number, to: string, toPort: number, payload: Uint8Array): this {
		const vlans = this.#vlans;
		const mac = (address: string) => (address === clientAddress || address === '0.0.0.0' ? { mac: clientMac } : {});
		const source = { address: from, port: fromPort, ...mac(from) };
		return this.frame(
			encodeUdpFrame({ source, destination: { address: to, port: toPort, ...mac(to) }, payload, vlans }),
		);
	}

	#request(
		messageType: 'DISCOVER' | 'REQUEST' | 'DECLINE',
		options: DhcpOptionsRecord = {},
		fields: Partial<DhcpPacketInit> = {},
	): Uint8Array {
		return encodeDhcp({
			op: 1,
			xid: this.#xid,
			chaddr: clientMac,
			...this.#requestFields,
			...fields,
			options: { messageType, ...clients[this.#client], ...this.#requestOptions, ...options },
		});
	}

	/** A new search for an address, asked `times` times with the client's growing waits. */
	discover(times = 1): this {
		this.#xid++;
		for (let i = 0; i < times; i++) {
			if (i > 0) this.wait(4);
			this.#discover = this.#request('DISCOVER');
			this.udp('0.0.0.0', 68, broadcast, 67, this.#discover);
		}
		return this;
	}

	#reply(request: Uint8Array, messageType: 'OFFER' | 'ACK' | 'NAK', said: Said, port: number): this {
		const {
			from = server,
			fields,
			options,
			to = { address: broadcast, port: 68 },
			fromPort = port,
			bend,
			minLength,
			maxLength = 9000,
		} = said;
		const reply = replyTo(decodeDhcp(request), {
			yiaddr: clientAddress,
			siaddr: from,
			...fields,
			options: { messageType, serverIdentifier: from, ...options },
		});
		const bytes = encodeDhcp(reply, { minLength, maxLength });
		return this.udp(from, fromPort, to.address, to.port, bend ? bend(bytes) : bytes);
	}

	offer(said: Said = {}): this {
		return this.#reply(this.#discover as Uint8Array, 'OFFER', said, 67);
	}

	/** An offer of a proxy: no address. */
	proxyOffer({ fields, options, ...said }: Said = {}): this {
		return this.offer({
			from: proxy,
			fields: { yiaddr: '0.0.0.0', ...fields },
			options: { vendorClassIdentifier: 'PXEClient', ...options },
			...said,
		});
	}

	request(of: string = server): this {
		this.#discover = this.#request('REQUEST', { requestedIpAddress: clientAddress, serverIdentifier: of });
		return this.udp('0.0.0.0', 68, broadcast, 67, this.#discover);
	}

	ack(said: Said = {}): this {
		return this.#reply(this.#discover as Uint8Array, 'ACK', said, 67);
	}

	nak(said: Said = {}): this {
		return this.#reply(
			this.#discover as Uint8Array,
			'NAK',
			{ ...said, fields: { yiaddr: '0.0.0.0', siaddr: '0.0.0.0' } },
			67,
		);
	}

	decline(): this {
		return this.udp(
			'0.0.0.0',
			68,
			broadcast,
			67,
			this.#request('DECLINE', { requestedIpAddress: clientAddress, serverIdentifier: server }),
		);
	}

	/** DISCOVER, OFFER, REQUEST, ACK with the same said in both answers. */
	lease(said: Said = {}): this {
		return this.discover().offer(said).request(said.from).ack(said);
	}

	/** As {@link Scene.lease}, with a boot file. */
	leaseFile(file: string, said: Said = {}): this {
		return this.lease({ ...said, fields: { file, ...said.fields } });
	}

	/** A question to port 4011; with a boot item (option 43, sub-option 71) it is for a boot server. */
	ask4011(of: string = proxy, options: DhcpOptionsRecord = {}): this {
		this.#xid++;
		this.#discover = this.#request('REQUEST', options, { ciaddr: clientAddress });
		return this.udp(clientAddress, 68, of, 4011, this.#discover);
	}

	answer4011({ fields, options, ...said }: Said = {}): this {
		const more = {
			fields: { yiaddr: '0.0.0.0', ...fields },
			options: { vendorClassIdentifier: 'PXEClient', ...options },
		};
		return this.#reply(
			this.#discover as Uint8Array,
			'ACK',
			{ from: proxy, to: { address: clientAddress, port: 68 }, ...more, ...said },
			4011,
		);
	}

	tftp(from: string, fromPort: number, to: string, toPort: number, packet: TftpPacket): this {
		return this.udp(from, fromPort, to, toPort, encodeTftp(packet));
	}

	/** A read request, and no answer yet. */
	rrq(
		filename: string,
		{ of = server, options = [], mode = 'octet', port = ++this.#port, times = 1 }: Asked = {},
	): this {
		for (let i = 0; i < times; i++) {
			if (i > 0) this.wait(1);
			this.tftp(clientAddress, port, of, 69, { kind: 'rrq', filename, mode, options });
		}
		return this;
	}

	refused(filename: string, code = 1, message = 'File not found', asked: Asked = {}): this {
		const port = ++this.#port;
		return this.rrq(filename, { port, ...asked }).tftp(asked.of ?? server, ++this.#serverPort, clientAddress, port, {
			kind: 'error',
			code,
			message,
		});
	}

	/** The client asks for the size, and ends it with this error. */
	probe(
		filename: string,
		{
			of = server,
			granted = [{ name: 'tsize', value: '5000' }],
			code = 8,
			message = 'User aborted the transfer',
		}: Probed = {},
	): this {
		const port = ++this.#port;
		const from = ++this.#serverPort;
		return this.rrq(filename, { of, port, options: [{ name: 'tsize', value: '0' }] })
			.tftp(of, from, clientAddress, port, { kind: 'oack', options: granted })
			.tftp(clientAddress, port, of, from, { kind: 'error', code, message });
	}

	/** A whole transfer, block by block. */
	fetched(filename: string, file: Uint8Array | string, asked: Fetched = {}): this {
		const content = typeof file === 'string' ? text.encode(file) : file;
		const { of = server, options = [], granted, answeredFrom = of, seconds = 0, twice = [], stopsAfter } = asked;
		const port = asked.port ?? ++this.#port;
		const from = ++this.#serverPort;
		const blockSize = asked.blockSize ?? Number(granted?.find(({ name }) => name === 'blksize')?.value ?? 512);
		this.rrq(filename, { of, options, port, ...(asked.mode !== undefined && { mode: asked.mode }) });
		if (granted) {
			this.tftp(answeredFrom, from, clientAddress, port, { kind: 'oack', options: granted });
			this.tftp(clientAddress, port, answeredFrom, from, { kind: 'ack', block: 0 });
		}
		const blocks = Math.floor(content.length / blockSize) + 1;
		const last = stopsAfter ?? blocks;
		for (let block = 1; block <= last; block++) {
			const data = content.subarray((block - 1) * blockSize, block * blockSize);
			for (let i = twice.includes(block) ? 2 : 1; i > 0; i--) {
				this.#data(answeredFrom, from, port, { kind: 'data', block: block & 0xffff, data });
			}
			this.tftp(clientAddress, port, answeredFrom, from, { kind: 'ack', block: block & 0xffff });
			this.wait(seconds / blocks);
		}
		return this;
	}

	#data(from: string, fromPort: number, port: number, packet: TftpPacket): void {
		const payload = encodeTftp(packet);
		const destination = { address: clientAddress, port, mac: clientMac };
		const identification = (this.#frames.length & 0x7fff) + 1;
		for (const data of encodeUdpFrames({
			source: { address: from, port: fromPort },
			destination,
			payload,
			identification,
		}))
			this.frame(data);
	}

	/** Only the first of the fragments of a datagram for the client. */
	halfDatagram(from: string = server): this {
		const destination = { address: clientAddress, port: 2000, mac: clientMac };
		const [first] = encodeUdpFrames({
			source: { address: from, port: 40_000 },
			destination,
			payload: new Uint8Array(3000),
			identification: 99,
		});
		return this.frame(first as Uint8Array);
	}

	arp(target: string, { times = 1, answers = [], asker = clientAddress }: ArpAsked = {}): this {
		for (let i = 0; i < times; i++) {
			if (i > 0) this.wait(1);
			this.frame(encodeArpFrame({ operation: 'request', senderMac: clientMac, senderIp: asker, targetIp: target }));
		}
		for (const senderMac of answers) {
			this.frame(
				encodeArpFrame({ operation: 'reply', senderMac, senderIp: target, targetMac: clientMac, targetIp: asker }),
			);
		}
		return this;
	}

	/** An ICMP error about the last frame. */
	icmp(kind: IcmpFrameInit['kind'], more: Partial<IcmpFrameInit> = {}): this {
		const about = this.#frames.at(-1)?.data as Uint8Array;
		return this.frame(encodeIcmpFrame({ kind, about, ...more }));
	}

	/** The last frame was sent, but is not in the capture. */
	lost(): this {
		this.#frames.pop();
		return this;
	}

	/** The last frame keeps only so many bytes. */
	cut(keep: number): this {
		const last = this.#frames.pop();
		if (last) this.#frames.push({ ...last, keep });
		return this;
	}

	/** The last frame's bytes are changed. */
	bendLast(bend: (bytes: Uint8Array) => Uint8Array): this {
		const last = this.#frames.pop();
		if (last) this.#frames.push({ ...last, data: bend(last.data) });
		return this;
	}

	/** The capture begins with this packet, counted from 0. */
	from(first: number): this {
		this.#frames.splice(0, first);
		return this;
	}

	/** The capture does not have this packet; -1 is the last. */
	without(place: number): this {
		this.#frames.splice(place, 1);
		return this;
	}

	/** The file ends inside a frame. */
	truncated(): this {
		this.#truncated = true;
		return this;
	}

	/** An event that the timeline is taken to have made, from no frames of this scene. */
	event(
		make: (place: { readonly frames: readonly number[]; readonly time: bigint; readonly end: bigint }) => TimelineEvent,
	): this {
		const time = BigInt(Math.round(this.now * 1e9));
		this.#extra.push(make({ frames: [this.#frames.length], time, end: time }));
		this.now += 0.001;
		return this;
	}

	/** The capture goes on for so long, with somebody else's packet at its end. */
	silence(seconds: number): this {
		this.wait(seconds);
		return this.frame(
			encodeArpFrame({
				operation: 'request',
				senderMac: '02:99:00:00:00:01',
				senderIp: '10.0.9.1',
				targetIp: '10.0.9.2',
			}),
		);
	}

	capture(): CaptureFile {
		const frames: CaptureFrame[] = this.#frames.map(({ at, data, keep }, i) => ({
			index: i + 1,
			time: BigInt(Math.round(at * 1e9)),
			linkType: 1,
			data: keep === undefined ? data : data.subarray(0, keep),
			originalLength: data.length,
			interface: 0,
		}));
		const nic = { linkType: 1, snapLength: 0, ticksPerSecond: 1_000_000_000n, timeOffset: 0n, checkSequenceLength: 0 };
		return {
			format: 'pcap',
			interfaces: [nic],
			frames,
			records: frames.length,
			truncated: this.#truncated,
			comments: [],
			issues: [],
		};
	}

	/** The client's session. */
	session(): BootSession {
		const found = bootTimeline(this.capture()).find(({ client }) => client.mac === clientMac);
		if (!found) throw new Error('the scene has no boot client');
		if (this.#extra.length === 0) return found;
		const end = this.#extra.reduce(
			(latest, event) => ((event.end ?? 0n) > latest ? (event.end ?? 0n) : latest),
			found.end ?? 0n,
		);
		const late = Number(end - (found.end ?? 0n)) / 1e9;
		const last = found.stages.length - 1;
		const stages = found.stages.map((stage, i) =>
			i === last ? { ...stage, events: [...stage.events, ...this.#extra] } : stage,
		);
		return { ...found, stages, end, secondsAfter: Math.max(0, found.secondsAfter - late) };
	}
}
