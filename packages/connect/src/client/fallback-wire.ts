import type { StreamMapping } from "@stepwire/mapping";
import { NotServedError } from "./block-wire.js";
import type { OpenedWire, StreamRequest, StreamWire, WireCall } from "./stream-wire.js";

/** Time after which the preferred protocol is tried again, in milliseconds. */
const RETRY_INTERVAL = 60_000;

/** Uses another protocol while the service does not serve the preferred one. */
export class FallbackWire implements StreamWire {
  readonly #preferred: StreamWire;
  readonly #other: StreamWire;
  readonly #onFallback: (error: NotServedError) => void;
  #refusedAt: number | undefined;
  #isReported = false;

  /** @param onFallback called when the service refuses the preferred protocol, until it serves it. */
  constructor(
    preferred: StreamWire,
    other: StreamWire,
    onFallback: (error: NotServedError) => void,
  ) {
    this.#preferred = preferred;
    this.#other = other;
    this.#onFallback = onFallback;
  }

  async open(method: StreamMapping, request: StreamRequest, call: WireCall): Promise<OpenedWire> {
    if (this.#refusedAt === undefined || performance.now() - this.#refusedAt >= RETRY_INTERVAL) {
      try {
        const opened = await this.#preferred.open(method, request, call);
        this.#refusedAt = undefined;
        this.#isReported = false;
        return opened;
      } catch (error) {
        if (!(error instanceof NotServedError)) {
          throw error;
        }
        this.#refusedAt = performance.now();
        if (!this.#isReported) {
          this.#isReported = true;
          this.#onFallback(error);
        }
      }
    }
    return await this.#other.open(method, request, call);
  }
}
