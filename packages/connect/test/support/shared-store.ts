import { randomUUID } from "node:crypto";
import {
  type StoreReader,
  type StoreWriter,
  StreamLostError,
  type StreamProducer,
  type StreamStore,
} from "../../src/index.js";

interface Stream {
  readonly head: Uint8Array;
  readonly blocks: { readonly block: Uint8Array; readonly first: number }[];
  readonly process: TestStore;
}

/** What several servers of a test share. */
export class SharedMemory {
  readonly streams: Map<string, Stream> = new Map();
  /** Set to make the store fail. */
  failure: Error | undefined;
  /** Set to make the creation of streams wait. */
  creation: Promise<void> | undefined;
  /** Set to make reading fail, after the stream was opened. */
  readFailure: Error | undefined;
  /** The streams that were never stored, and whose process is gone. */
  readonly lost: Set<string> = new Set();
  /** The number of blocks that were appended. */
  appended = 0;
  /** The number of blocks that were read. */
  read = 0;
}

/** A store as one server of a test has it. */
export class TestStore implements StreamStore {
  readonly #memory: SharedMemory;
  #producer: StreamProducer | undefined;
  /** Whether the process is gone: nobody answers for its streams. */
  isGone = false;

  constructor(memory: SharedMemory) {
    this.#memory = memory;
  }

  get maxBlockBytes(): number {
    return 100_000;
  }

  newId(): string {
    return randomUUID();
  }

  serve(producer: StreamProducer): void {
    this.#producer = producer;
  }

  async create(id: string, head: Uint8Array): Promise<StoreWriter> {
    const memory = this.#memory;
    await memory.creation;
    this.#check();
    const stream: Stream = { head, blocks: [], process: this };
    memory.streams.set(id, stream);
    let expected = 0;
    return await Promise.resolve({
      append: async (block, first) => {
        await Promise.resolve();
        this.#check();
        if (stream.blocks.length !== expected) {
          throw new Error("another process has appended");
        }
        expected++;
        stream.blocks.push({ block, first });
        memory.appended++;
      },
      remove: async () => {
        memory.streams.delete(id);
        await Promise.resolve();
      },
    });
  }

  async open(id: string): Promise<StoreReader | undefined> {
    this.#check();
    const stream = this.#memory.streams.get(id);
    if (this.#memory.lost.has(id)) {
      throw new StreamLostError(true);
    }
    return await Promise.resolve(
      stream && {
        head: stream.head,
        blocks: (signal, after) => this.#blocks(id, stream, signal, after),
        remove: async () => {
          stream.process.#producer?.end(id);
          this.#memory.streams.delete(id);
          await Promise.resolve();
        },
      },
    );
  }

  async *#blocks(
    id: string,
    stream: Stream,
    signal: AbortSignal,
    after: number,
  ): AsyncGenerator<Uint8Array> {
    const begin = stream.blocks.findLastIndex(({ first }) => first <= after + 1);
    for (let index = Math.max(0, begin); ; ) {
      signal.throwIfAborted();
      if (this.#memory.readFailure !== undefined) {
        throw this.#memory.readFailure;
      }
      const { isGone } = stream.process;
      const isRead = !isGone && stream.process.#producer?.onRead(id) === "stored";
      const stored = stream.blocks[index];
      if (stored !== undefined) {
        index++;
        this.#memory.read++;
        yield stored.block;
      } else if (isRead) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      } else {
        throw new StreamLostError(isGone);
      }
    }
  }

  #check(): void {
    if (this.isGone) {
      throw new Error("the process is gone");
    }
    if (this.#memory.failure !== undefined) {
      throw this.#memory.failure;
    }
  }
}
