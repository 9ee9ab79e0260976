import { Agent } from "undici";

/** Time for which a connection without a request is kept, in milliseconds. */
export const KEEP_ALIVE = 1000;

/** The same for an upstream that says how long it keeps them. undici closes them two seconds earlier. */
const LONGEST_KEEP_ALIVE = 10_000;

/** Time without reuse after the upstream has closed a connection, in milliseconds. */
const DISTRUST = 60_000;

/** Codes of errors for connections that the other side has closed. */
const CLOSED: ReadonlySet<unknown> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/**
 * The connections for requests that must not be sent twice. Opening and closing one for each stream
 * takes a third of the processor time of a short stream, so they are reused. A request fails if the
 * upstream closes its connection while it is sent. Servers keep connections for longer than this
 * client, so this is rare. It would be frequent with a server that closes connections soon after its
 * answers without announcing it. Therefore none is reused for a minute after the upstream has closed
 * one. undici reads what has arrived on an unused connection, such as its end, before it sends.
 */
export class StreamConnections {
  readonly #reused: Agent;
  readonly #single: Agent;
  #singleUntil = Number.NEGATIVE_INFINITY;

  constructor(bounds: Agent.Options) {
    this.#reused = new Agent({
      ...bounds,
      keepAliveTimeout: KEEP_ALIVE,
      keepAliveMaxTimeout: LONGEST_KEEP_ALIVE,
    });
    this.#reused.on("disconnect", (_origin, _targets, error) => {
      if (CLOSED.has(error.code)) {
        this.#singleUntil = performance.now() + DISTRUST;
      }
    });
    this.#single = new Agent({ ...bounds, pipelining: 0 });
  }

  /** The client for the next request. */
  get agent(): Agent {
    return performance.now() < this.#singleUntil ? this.#single : this.#reused;
  }

  async destroy(): Promise<void> {
    await Promise.all([this.#reused.destroy(), this.#single.destroy()]);
  }
}
