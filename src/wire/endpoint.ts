/** An IP address and a port. */
export interface Endpoint {
	/** IPv4 or IPv6, as text. */
	readonly address: string;
	readonly port: number;
}
