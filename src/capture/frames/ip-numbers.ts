/** EtherType numbers of the IANA registry "IEEE 802 Numbers". */
export const etherType = {
	ipv4: 0x0800,
	arp: 0x0806,
	/** 802.1Q. */
	vlan: 0x8100,
	/** 802.1ad, the outer of two tags. */
	serviceVlan: 0x88a8,
	/** What switches used for the outer tag before 802.1ad. */
	oldOuterVlan: 0x9100,
	ipv6: 0x86dd,
	pppoeSession: 0x8864,
} as const;

/** Numbers of the IANA registry "Protocol Numbers". */
export const ipProtocol = {
	hopByHop: 0,
	icmp: 1,
	tcp: 6,
	udp: 17,
	routing: 43,
	fragment: 44,
	authentication: 51,
	icmpv6: 58,
	none: 59,
	destinationOptions: 60,
	mobility: 135,
} as const;
