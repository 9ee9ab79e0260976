import type {
  EngineReply,
  EngineRequest,
  EngineResults,
  Envelope,
  Progress,
} from "../model/protocol.js";

/** The request was given up. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

interface Pending {
  readonly resolve: (result: EngineResults[keyof EngineResults]) => void;
  readonly reject: (reason: unknown) => void;
  readonly onProgress: (progress: Progress) => void;
}

/** The worker that converts, seen from the page. */
export class Engine {
  #worker: Worker = this.#start();
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  /**
   * Sends a request. Results come in the order of the requests.
   *
   * @throws {Cancelled} if it is given up: with all others by `cancel`, or by its signal,
   * of which the worker takes note when it next reports progress.
   */
  async request<Request extends EngineRequest>(
    request: Request,
    onProgress: (progress: Progress) => void = () => {},
    signal?: AbortSignal,
  ): Promise<EngineResults[Request["kind"]]> {
    const id = ++this.#lastId;
    signal?.addEventListener("abort", () => this.#abandon(id), { once: true });
    const result = await new Promise<EngineResults[keyof EngineResults]>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress });
      this.#post({ id, request });
    });
    // The worker answers a request with the result of its kind.
    return result as EngineResults[Request["kind"]];
  }

  /** Gives up all requests at once, in the middle of what the worker does. */
  cancel(): void {
    this.#worker.terminate();
    this.#worker = this.#start();
    this.#rejectAll(new Cancelled("cancelled"));
  }

  #abandon(id: number): void {
    const pending = this.#pending.get(id);
    if (pending !== undefined) {
      this.#pending.delete(id);
      this.#post({ abandoned: id });
      pending.reject(new Cancelled("cancelled"));
    }
  }

  #post(envelope: Envelope): void {
    this.#worker.postMessage(envelope);
  }

  #start(): Worker {
    const worker = new Worker(new URL("../engine/worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<EngineReply>) =>
      this.#receive(data),
    );
    worker.addEventListener("error", ({ message }) => this.#rejectAll(new Error(message)));
    return worker;
  }

  #receive(reply: EngineReply): void {
    if (reply.kind === "ready") {
      return;
    }
    const pending = this.#pending.get(reply.id);
    if (reply.kind === "progress") {
      pending?.onProgress(reply.progress);
      return;
    }
    this.#pending.delete(reply.id);
    if (reply.kind === "done") {
      pending?.resolve(reply.result);
    } else {
      pending?.reject(new Error(reply.message));
    }
  }

  #rejectAll(reason: Error): void {
    for (const { reject } of this.#pending.values()) {
      reject(reason);
    }
    this.#pending.clear();
  }
}
