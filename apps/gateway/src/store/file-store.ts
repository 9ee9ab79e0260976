import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { constants, type FileHandle, mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { StoreReader, StoreWriter, StreamProducer, StreamStore } from "@stepwire/connect";
import { type Answer, isState, Liveness } from "./liveness.js";

/** Options of a store in files; times in milliseconds. */
export interface FileStoreOptions {
  /** The folder. It is created if it does not exist. */
  readonly directory: string;
  /** How long a stream is kept after its last block. */
  readonly maxAge: number;
  /** Maximum size of all files together, in bytes. If it is reached, no more is stored. */
  readonly maxBytes: number;
}

/** The identifiers that this store gives; any other text could be a path. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const EXTENSION = ".stream";

/** Stored streams contain user content, so only their owner may read them. */
const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/**
 * Before each record of a file are its length and, for a block, the number of its first event; both
 * have 4 bytes.
 */
const PREFIX_BYTES = 8;
const FIRST_OFFSET = 4;
/** Size of the parts in which prefixes are read, in bytes. */
const WINDOW_BYTES = 64 * 1024;
const MAX_BLOCK_BYTES = 32 * 1024 * 1024;

/** How often a reader looks for further blocks, in milliseconds. */
const POLL_INTERVAL = 50;
/** How long a process may take to answer, in milliseconds. */
const ANSWER_TIMEOUT = 1000;
/** Time without an answer of a hung process after which it counts as gone, in milliseconds. */
const LOSS_TIMEOUT = 5000;
const LONGEST_CLEANING_INTERVAL = 10_000;

const SOCKETS = tmpdir();
const SOCKET_NAME = /^stepwire-[-0-9a-f]{36}\.sock$/;
/** Age after which a socket may be removed, in milliseconds: a young one may not be served yet. */
const OLD_SOCKET = 60_000;
/** Maximum number of sockets that are looked at. */
const MAX_OLD_SOCKETS = 100;

/**
 * Stores streams in files, for the ingresses of one machine and for one that is started again. A
 * file has the socket of its process, the head, and the blocks, each with a prefix before it.
 */
export class FileStore implements StreamStore {
  readonly #options: FileStoreOptions;
  /** Answers the other processes. If this process dies, connections to it are refused. */
  readonly #server: Server;
  readonly #socket: string;
  readonly #cleaning: NodeJS.Timeout;
  #producer: StreamProducer | undefined;
  /** The size of all files, as far as this process knows. */
  #bytes = 0;

  private constructor(options: FileStoreOptions) {
    this.#options = options;
    this.#socket =
      process.platform === "win32"
        ? `\\\\.\\pipe\\stepwire-${randomUUID()}`
        : join(SOCKETS, `stepwire-${randomUUID()}.sock`);
    this.#server = createServer((socket) => {
      socket.on("error", () => {});
      socket.setTimeout(ANSWER_TIMEOUT, () => socket.destroy());
      socket.once("data", (data) => socket.end(this.#answer(data.toString())));
    });
    const interval = Math.min(LONGEST_CLEANING_INTERVAL, options.maxAge / 2);
    this.#cleaning = setInterval(() => {
      this.#clean().catch(() => {});
    }, interval).unref();
  }

  /**
   * Opens a store.
   *
   * @throws if the folder cannot be created.
   */
  static async open(options: FileStoreOptions): Promise<FileStore> {
    await mkdir(options.directory, { recursive: true, mode: OWNER_ONLY_FOLDER });
    const store = new FileStore(options);
    await store.#clean();
    await once(store.#server.listen(store.#socket), "listening");
    await removeOldSockets();
    return store;
  }

  get maxBlockBytes(): number {
    return MAX_BLOCK_BYTES;
  }

  newId(): string {
    return randomUUID();
  }

  serve(producer: StreamProducer): void {
    this.#producer = producer;
  }

  async create(id: string, head: Uint8Array): Promise<StoreWriter> {
    const path = this.#pathOf(id);
    // Fails if the file exists: a stream has one writer.
    await writeTo(path, constants.O_CREAT | constants.O_EXCL, new Uint8Array());
    const append = async (record: Uint8Array, first = 0): Promise<void> => {
      const length = PREFIX_BYTES + record.length;
      if (this.#bytes + length > this.#options.maxBytes) {
        throw new Error("the store is full");
      }
      const bytes = Buffer.alloc(length);
      bytes.writeUInt32BE(record.length);
      bytes.writeUInt32BE(first, FIRST_OFFSET);
      bytes.set(record, PREFIX_BYTES);
      // Fails if the file was removed.
      await writeTo(path, 0, bytes);
      this.#bytes += length;
    };
    try {
      await append(Buffer.from(this.#socket));
      await append(head);
    } catch (error) {
      await this.#remove(id);
      throw error;
    }
    return { append, remove: () => this.#remove(id) };
  }

  async open(id: string): Promise<StoreReader | undefined> {
    const records = UUID.test(id) ? await Records.open(this.#pathOf(id)) : undefined;
    if (records === undefined) {
      return undefined;
    }
    const socket = await records.next();
    const head = await records.next();
    await records.close();
    return (
      socket &&
      head && {
        head,
        blocks: (signal, after) => this.#blocks(id, signal, after),
        remove: async () => {
          await ask(socket.toString(), `end ${id}`);
          await this.#remove(id);
        },
      }
    );
  }

  async close(): Promise<void> {
    clearInterval(this.#cleaning);
    this.#server.close();
    await Promise.resolve();
  }

  async *#blocks(id: string, signal: AbortSignal, after: number): AsyncGenerator<Uint8Array, void> {
    const records = await Records.open(this.#pathOf(id));
    try {
      const socket = await records?.next();
      await records?.next();
      await records?.seek(after + 1);
      const liveness = new Liveness(LOSS_TIMEOUT, () => ask(socket?.toString(), `read ${id}`));
      while (records !== undefined) {
        signal.throwIfAborted();
        // What was stored before the answer is read after it, so nothing is missed.
        await liveness.check();
        const block = await records.next();
        if (block !== undefined) {
          yield block;
        } else if (liveness.failure !== undefined) {
          throw liveness.failure;
        } else {
          await delay(Math.min(POLL_INTERVAL, liveness.pause), undefined, { signal });
        }
      }
    } finally {
      await records?.close();
    }
  }

  #answer(text: string): string {
    const [question, id = ""] = text.trim().split(" ");
    if (question === "end") {
      this.#producer?.end(id);
      return "not stored";
    }
    return this.#producer?.onRead(id) ?? "forgotten";
  }

  /** Removes expired files, and adds up the sizes of the others. */
  async #clean(): Promise<void> {
    const { directory, maxAge } = this.#options;
    const names = (await readdir(directory)).filter((name) => name.endsWith(EXTENSION));
    let bytes = 0;
    for (const name of names) {
      const path = join(directory, name);
      const file = await stat(path).catch(() => undefined);
      if (file !== undefined && Date.now() - file.mtimeMs > maxAge) {
        await rm(path, { force: true });
      } else {
        bytes += file?.size ?? 0;
      }
    }
    this.#bytes = bytes;
  }

  async #remove(id: string): Promise<void> {
    const path = this.#pathOf(id);
    const { size } = await stat(path).catch(() => ({ size: 0 }));
    await rm(path, { force: true });
    this.#bytes -= size;
  }

  #pathOf(id: string): string {
    return join(this.#options.directory, id + EXTENSION);
  }
}

/** Appends bytes to a file. */
async function writeTo(path: string, flags: number, bytes: Uint8Array): Promise<void> {
  const { O_APPEND, O_WRONLY } = constants;
  await using file = await open(path, O_WRONLY | O_APPEND | flags, OWNER_ONLY);
  await file.appendFile(bytes);
}

/** Reads the records of a file, as far as they are complete. */
class Records {
  readonly #file: FileHandle;
  #position = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Opens a file; returns undefined if it does not exist. */
  static async open(path: string): Promise<Records | undefined> {
    try {
      return new Records(await open(path, "r"));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") {
        return undefined;
      }
      throw error;
    }
  }

  /** Returns the next record; undefined if it is not complete yet. */
  async next(): Promise<Buffer | undefined> {
    const prefix = await this.#read(this.#position, PREFIX_BYTES);
    const length = prefix === undefined ? 0 : lengthIn(prefix, 0);
    const record = prefix && (await this.#read(this.#position + PREFIX_BYTES, length));
    if (record !== undefined) {
      this.#position += PREFIX_BYTES + length;
    }
    return record;
  }

  /** Moves on to the last block that begins at or before an event. Reads only prefixes. */
  async seek(event: number): Promise<void> {
    const window = Buffer.alloc(WINDOW_BYTES);
    let start = this.#position;
    for (let position = start, length = 0; ; ) {
      if (position + PREFIX_BYTES > start + length) {
        start = position;
        length = (await this.#file.read(window, 0, WINDOW_BYTES, start)).bytesRead;
      }
      if (
        position + PREFIX_BYTES > start + length ||
        window.readUInt32BE(position - start + FIRST_OFFSET) > event
      ) {
        return;
      }
      this.#position = position;
      position += PREFIX_BYTES + lengthIn(window, position - start);
    }
  }

  async #read(position: number, length: number): Promise<Buffer | undefined> {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await this.#file.read(buffer, 0, length, position);
    return bytesRead === length ? buffer : undefined;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** @throws if the length of a record is more than there can be. */
function lengthIn(prefix: Buffer, offset: number): number {
  const length = prefix.readUInt32BE(offset);
  if (length > MAX_BLOCK_BYTES) {
    throw new Error("a stored stream is damaged");
  }
  return length;
}

/** Removes the sockets of processes that were killed. */
async function removeOldSockets(): Promise<void> {
  const names = await readdir(SOCKETS).catch(() => []);
  const sockets = names.filter((name) => SOCKET_NAME.test(name)).slice(0, MAX_OLD_SOCKETS);
  await Promise.all(
    sockets.map(async (name) => {
      const path = join(SOCKETS, name);
      const file = await stat(path).catch(() => undefined);
      const isOld = file !== undefined && Date.now() - file.mtimeMs > OLD_SOCKET;
      if (isOld && (await ask(path, "read")) === "gone") {
        await rm(path, { force: true }).catch(() => {});
      }
    }),
  );
}

/** Asks the process that has a socket. */
async function ask(path: string | undefined, question: string): Promise<Answer> {
  return await new Promise((resolve) => {
    const socket = connect({ path: path ?? "" });
    let answer = "";
    socket.setTimeout(ANSWER_TIMEOUT, () => {
      resolve("silent");
      socket.destroy();
    });
    socket.on("connect", () => socket.write(`${question}\n`));
    socket.on("data", (data) => {
      answer += data.toString();
    });
    socket.on("end", () => resolve(isState(answer) ? answer : "not stored"));
    socket.on("error", (error) => {
      const isGone = "code" in error && ["ECONNREFUSED", "ENOENT"].includes(String(error.code));
      resolve(isGone ? "gone" : "silent");
    });
  });
}
