/** How the upstream answers one request. */
export interface UpstreamPlan {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body before it is compressed, each character a byte. */
  readonly body: string;
  readonly encoding: "identity" | "gzip" | "br" | "zstd";
  /** How the end of the body is told; `none` sends `head` alone. */
  readonly framing: "chunked" | "length" | "close" | "too-long" | "none";
  /** Sent instead of a status line and headers, if it is not empty. */
  readonly head: string;
  /** After how many bytes of the answer to pause, and for how long in milliseconds. */
  readonly pauses: readonly (readonly [at: number, milliseconds: number])[];
  /** After how many bytes the connection breaks; undefined if it does not. */
  readonly cutAt: number | undefined;
  /** What happens there. */
  readonly cut: "reset" | "end" | "stall";
}

/** What one client sends. */
export interface ClientPlan {
  readonly target: "egress" | "ingress";
  readonly operation:
    | "create_run"
    | "create_thread_and_run"
    | "submit"
    | "step"
    | "list"
    | "create_response"
    | "response"
    | "response_events"
    | "delete_response"
    | "other"
    | "raw";
  /** For `raw`: the bytes, each character a byte. */
  readonly bytes: string;
  /** Added to the path of the request. */
  readonly query: string;
  readonly body: string;
  /** After how many bytes of the answer to leave; undefined to stay to its end. */
  readonly abortAt: number | undefined;
  /** How many bytes to send at once, with a pause between. */
  readonly pieces: number | undefined;
}

/** A request and how it is answered. */
export interface Exchange {
  readonly upstream: UpstreamPlan;
  readonly client: ClientPlan;
}

/** Exchanges at the same time. */
export interface GatewayInput {
  readonly exchanges: readonly Exchange[];
}

/** @throws {TypeError} if a value is not an input of the gateway. */
export function readGatewayInput(json: unknown): GatewayInput {
  if (typeof json !== "object" || json === null || !("exchanges" in json)) {
    throw new TypeError("the file has no member `exchanges`");
  }
  // The file was written by this fuzzer.
  return json as GatewayInput;
}
