import { type Signal, signal } from "@preact/signals";
import type { DocumentType } from "../model/conversion.js";
import type {
  EngineReply,
  EngineRequest,
  EngineResults,
  Envelope,
  Progress,
} from "../model/protocol.js";

/** The request was cancelled. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

interface Pending {
  readonly resolve: (result: EngineResults[keyof EngineResults]) => void;
  readonly reject: (reason: unknown) => void;
  readonly onProgress: (progress: Progress) => void;
}

/** The page's interface to the worker. */
export class Engine {
  /** All types of documents; empty until the worker has started. */
  readonly types: Signal<readonly DocumentType[]> = signal([]);
  #worker: Worker = this.#start();
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  /**
   * Sends a request. Results come in the order of the requests.
   *
   * @throws {Cancelled} if it is cancelled: by `cancel`, together with all other requests, or by its
   * signal, which takes effect at the worker's next report of progress.
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

  /** Cancels all requests immediately. */
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
      this.types.value = reply.types;
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
