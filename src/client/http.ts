/** An HTTP request as the firmware makes it. */
export interface HttpRequest {
	readonly method: 'HEAD' | 'GET';
	readonly url: string;
	/** In order, as on the wire. */
	readonly headers: readonly (readonly [name: string, value: string])[];
	/** A longer body need not be read to its end: the client does not take it. */
	readonly maxBytes: number;
}

/** A server's answer to it. */
export interface HttpResponse {
	/** 200, 404, …; 0 when nobody answered. */
	readonly status: number;
	readonly contentLength?: number | undefined;
	readonly body?: Uint8Array | undefined;
}
