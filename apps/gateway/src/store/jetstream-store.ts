import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  DiscardPolicy,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StoredMsg,
} from "@nats-io/jetstream";
import {
  connect,
  credsAuthenticator,
  errors,
  headers,
  type Msg,
  type NatsConnection,
  nanos,
  RequestError,
} from "@nats-io/transport-node";
import {
  type StoreReader,
  type StoreWriter,
  StreamLostError,
  type StreamProducer,
  type StreamStore,
} from "@stepwire/connect";
import { type Answer, isState, Liveness } from "./liveness.js";

/** Selects the first message of a subject from a sequence number on, or the last one. */
type MessageQuery =
  | { readonly seq: number; readonly next_by_subj: string }
  | { readonly last_by_subj: string };

/** Certificates for the connections to servers, as PEM texts. */
export interface StoreTls {
  /** Whom to trust; by default, the authorities that Node trusts. */
  readonly ca?: string;
  /** The certificate of the client, and its key. */
  readonly cert?: string;
  readonly key?: string;
}

/** Options of a store in JetStream; times in milliseconds. */
export interface JetStreamOptions {
  /** Addresses of the servers, such as `nats://127.0.0.1:4222`. */
  readonly servers: readonly string[];
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Requires TLS; without it, TLS is used if the servers ask for it. */
  readonly tls?: StoreTls | undefined;
  /** The content of a credentials file of NATS: a JWT and its key. */
  readonly credentials?: Uint8Array | undefined;
  /** How long streams are stored. */
  readonly maxAge: number;
  /** Maximum size of all streams together, in bytes. If it is reached, no more is stored. */
  readonly maxBytes: number;
  /** The number of servers that store each stream. */
  readonly replicas: number;
  /** How long an operation is repeated while the servers do not answer. @defaultValue 5,000 */
  readonly timeout?: number;
  /**
   * How long the head or a block of a stream is kept for a store that does not answer: longer than
   * servers that died need to be replaced. Meanwhile, the stream goes on. @defaultValue 20,000
   */
  readonly appendTimeout?: number;
  /**
   * Time without an answer from the process of a stream after which that process counts as gone. It
   * must be longer than the reconnection to another server. @defaultValue 5,000
   */
  readonly lossTimeout?: number;
}

/** The stream of JetStream that has the blocks of all our streams. */
const STREAM = "STEPWIRE_STREAMS";

/** The subjects of one stream are its identifier and one of these. */
const PREFIX = "stepwire.stream";
const HEAD = "head";
const BLOCKS = "blocks";
/** Subject of the questions to a process; the identifier of the process follows. */
const PROCESS_PREFIX = "stepwire.process";
/** Header of a block: the number of its first event. */
const FIRST_HEADER = "Stepwire-First-Event";
const ID_HEADER = "Nats-Msg-Id";

/** The identifiers that this store gives; any other text could be a pattern of subjects. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Space for the headers of a message, in bytes. */
const MESSAGE_OVERHEAD = 4096;

/** Time of one attempt of an operation, in milliseconds. */
const ATTEMPT = 1000;
const PAUSE = 50;
/** Error codes of JetStream. */
const WRONG_LAST_SEQUENCE = new Set([10_071, 10_164]);
const NAME_IN_USE = new Set([10_058]);
/** A cluster that starts, or replaces a leader. */
const UNSETTLED = new Set([10_005, 10_008, 10_009]);

const DEFAULT_TIMEOUT = 5000;
const DEFAULT_APPEND_TIMEOUT = 20_000;
const DEFAULT_LOSS_TIMEOUT = 5000;

/**
 * Stores streams in NATS JetStream, for all ingresses that are connected to the same servers.
 *
 * A block is a message. JetStream appends it only if the last message of the stream is the one that
 * the writer knows, so no two processes can write one stream. Readers look for the block that they
 * need, and then fetch the messages one after the other; that a further one has come, they learn from
 * an ordinary subscription.
 */
export class JetStreamStore implements StreamStore {
  readonly #connection: NatsConnection;
  readonly #manager: JetStreamManager;
  readonly #client: JetStreamClient;
  readonly #timeout: number;
  readonly #appendTimeout: number;
  readonly #lossTimeout: number;
  /** Identifies this process: the last part of the identifiers of its streams. */
  readonly #process = processOf(randomUUID());
  /** The silent processes that readers wait for. */
  readonly #awaited = new Map<string, Promise<boolean>>();

  private constructor(
    connection: NatsConnection,
    manager: JetStreamManager,
    {
      timeout = DEFAULT_TIMEOUT,
      appendTimeout = DEFAULT_APPEND_TIMEOUT,
      lossTimeout = DEFAULT_LOSS_TIMEOUT,
    }: JetStreamOptions,
  ) {
    this.#connection = connection;
    this.#manager = manager;
    this.#client = jetstream(connection, { timeout: ATTEMPT });
    this.#timeout = timeout;
    this.#appendTimeout = appendTimeout;
    this.#lossTimeout = lossTimeout;
  }

  /**
   * Connects to the servers, and creates the stream of JetStream. If it exists with other limits, it
   * gets these.
   *
   * @throws if the servers cannot be reached, or have no JetStream.
   */
  static async open(options: JetStreamOptions): Promise<JetStreamStore> {
    const { servers, user, password, tls, credentials } = options;
    const connection = await connect({
      servers: [...servers],
      name: "stepwire-ingress",
      timeout: options.timeout ?? DEFAULT_TIMEOUT,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 200,
      // Otherwise, each request creates two errors for the case that it fails.
      noAsyncTraces: true,
      ...(user !== undefined && { user }),
      ...(password !== undefined && { pass: password }),
      ...(tls !== undefined && { tls }),
      ...(credentials !== undefined && { authenticator: credsAuthenticator(credentials) }),
    });
    try {
      const manager = await repeat(options.timeout ?? DEFAULT_TIMEOUT, () =>
        jetstreamManager(connection, { timeout: ATTEMPT }),
      );
      await repeat(options.timeout ?? DEFAULT_TIMEOUT, () => setUp(manager, options));
      return new JetStreamStore(connection, manager, options);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  get maxBlockBytes(): number {
    return (this.#connection.info?.max_payload ?? 1024 * 1024) - MESSAGE_OVERHEAD;
  }

  newId(): string {
    return randomUUID().slice(0, -this.#process.length) + this.#process;
  }

  serve(producer: StreamProducer): void {
    this.#connection.subscribe(`${PROCESS_PREFIX}.${this.#process}`, {
      callback: (_error, message: Msg) => {
        const [question, id = ""] = message.string().split(" ");
        if (question === "end") {
          producer.end(id);
          message.respond("ended");
        } else {
          message.respond(producer.onRead(id));
        }
      },
    });
  }

  async create(id: string, head: Uint8Array): Promise<StoreWriter> {
    await this.#append(subjectOf(id, HEAD), head, 0, undefined, this.#appendTimeout);
    const subject = subjectOf(id, BLOCKS);
    let last = 0;
    return {
      append: async (block, first) => {
        const header = [FIRST_HEADER, String(first)] as const;
        last = await this.#append(subject, block, last, header, this.#appendTimeout);
      },
      remove: () => this.#remove(id),
    };
  }

  async open(id: string, signal?: AbortSignal): Promise<StoreReader | undefined> {
    if (!UUID.test(id)) {
      return undefined;
    }
    const head = await this.#next(subjectOf(id, HEAD), 1);
    if (head === undefined) {
      await this.#askForUnstored(id, signal);
      return undefined;
    }
    return {
      head: head.data,
      blocks: (signal, after) => this.#blocks(id, signal, after),
      remove: async () => {
        await this.#ask(`end ${id}`, id);
        await this.#remove(id);
      },
    };
  }

  /**
   * Asks the process of a stream that is not in the store. Returns if it does not know the stream.
   *
   * @throws if the stream is still to be stored, or never will be.
   */
  async #askForUnstored(id: string, signal?: AbortSignal): Promise<void> {
    switch (await this.#ask(`read ${id}`, id)) {
      case "forgotten":
        return;
      case "stored":
        throw new Error("the beginning of the stream is not stored yet");
      case "not stored":
        throw new StreamLostError(false);
      case "unknown":
        throw new Error("the servers cannot be reached");
      default:
        if (await this.#isGone(id, signal)) {
          throw new StreamLostError(true);
        }
        throw new Error("the process of the stream was silent for a moment");
    }
  }

  /** Returns whether a silent process stays so. Callers that wait for one process ask it together. */
  async #isGone(id: string, signal?: AbortSignal): Promise<boolean> {
    const process = processOf(id);
    let answer = this.#awaited.get(process);
    if (answer === undefined) {
      answer = this.#staysSilent(id).finally(() => this.#awaited.delete(process));
      this.#awaited.set(process, answer);
    }
    const ended = Promise.withResolvers<never>();
    const end = (): void => ended.reject(signal?.reason);
    signal?.addEventListener("abort", end);
    try {
      signal?.throwIfAborted();
      return await Promise.race([answer, ended.promise]);
    } finally {
      signal?.removeEventListener("abort", end);
    }
  }

  async #staysSilent(id: string): Promise<boolean> {
    for (const since = performance.now(); performance.now() - since < this.#lossTimeout; ) {
      await delay(this.#lossTimeout / 10);
      if ((await this.#ask(`read ${id}`, id)) !== "silent") {
        return false;
      }
    }
    return true;
  }

  /** Closes the connection, after everything that is under way was sent. */
  async close(): Promise<void> {
    await this.#connection.drain();
  }

  /** Appends a message to a subject. Returns its sequence number, for the next one. */
  async #append(
    subject: string,
    data: Uint8Array,
    last: number,
    header: readonly [name: string, value: string] | undefined,
    timeout: number,
  ): Promise<number> {
    // If an attempt was stored but its answer was lost, this tells the next attempt.
    const msgID = randomUUID();
    const messageHeaders = headers();
    if (header !== undefined) {
      messageHeaders.set(...header);
    }
    let attempts = 0;
    return await repeat(timeout, async () => {
      attempts++;
      try {
        const acknowledged = await this.#client.publish(subject, data, {
          msgID,
          headers: messageHeaders,
          expect: { lastSubjectSequence: last },
          timeout: ATTEMPT,
        });
        return acknowledged.seq;
      } catch (error) {
        if (attempts > 1 && isRefusal(error, WRONG_LAST_SEQUENCE)) {
          const stored = await this.#manager.streams.getMessage(STREAM, { last_by_subj: subject });
          if (stored?.header.get(ID_HEADER) === msgID) {
            return stored.seq;
          }
        }
        throw error;
      }
    });
  }

  /** Returns the first message of a subject from a sequence number on. */
  async #next(subject: string, sequence: number): Promise<StoredMsg | undefined> {
    return await this.#get({ seq: sequence, next_by_subj: subject });
  }

  async #get(query: MessageQuery): Promise<StoredMsg | undefined> {
    // Asks the leader: other servers may not have the latest messages yet.
    const message = await repeat(this.#timeout, () =>
      this.#manager.streams.getMessage(STREAM, query),
    );
    return message ?? undefined;
  }

  /**
   * Returns the sequence number of the last block that begins at or before an event. Finds it by
   * halving, since the messages of other streams lie in between.
   */
  async #find(subject: string, event: number): Promise<number> {
    const last = event > 1 ? await this.#get({ last_by_subj: subject }) : undefined;
    if (last === undefined || firstEventOf(last) <= event) {
      return last?.seq ?? 1;
    }
    let found = 1;
    let low = 1;
    let high = last.seq;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const message = await this.#next(subject, middle);
      if (message !== undefined && firstEventOf(message) <= event) {
        found = message.seq;
        low = message.seq + 1;
      } else {
        high = middle;
      }
    }
    return found;
  }

  async *#blocks(
    id: string,
    signal: AbortSignal,
    after: number,
  ): AsyncGenerator<Uint8Array, never> {
    const subject = subjectOf(id, BLOCKS);
    let isAnnounced = false;
    let wake = (): void => {};
    const subscription = this.#connection.subscribe(subject, {
      callback: () => {
        isAnnounced = true;
        wake();
      },
    });
    const abort = (): void => wake();
    signal.addEventListener("abort", abort);
    const liveness = new Liveness(this.#lossTimeout, () => this.#ask(`read ${id}`, id));
    try {
      for (let sequence = await this.#find(subject, after + 1); ; ) {
        signal.throwIfAborted();
        // What was stored before the answer is read after it, so nothing is missed.
        await liveness.check();
        isAnnounced = false;
        const message = await this.#next(subject, sequence);
        if (message !== undefined) {
          sequence = message.seq + 1;
          yield message.data;
        } else if (liveness.failure !== undefined) {
          throw liveness.failure;
        } else if (!isAnnounced) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, liveness.pause);
            wake = () => {
              clearTimeout(timer);
              // A message is announced a moment before it is stored.
              setTimeout(resolve, 2);
            };
          });
        }
      }
    } finally {
      signal.removeEventListener("abort", abort);
      subscription.unsubscribe();
    }
  }

  /** Asks the process that has given a stream its identifier. */
  async #ask(question: string, id: string): Promise<Answer> {
    try {
      const subject = `${PROCESS_PREFIX}.${processOf(id)}`;
      const message = await this.#connection.request(subject, question, { timeout: ATTEMPT });
      const answer = message.string();
      return isState(answer) ? answer : "not stored";
    } catch {
      // Nothing is known about the process while this one is cut off from the cluster, as by a server
      // that has just started. Only the leader answers this.
      return await this.#manager.streams.info(STREAM).then(
        () => "silent",
        () => "unknown",
      );
    }
  }

  async #remove(id: string): Promise<void> {
    await this.#manager.streams.purge(STREAM, { filter: `${PREFIX}.${id}.*` });
  }
}

/** Creates the stream of JetStream, or sets its limits. */
async function setUp(
  manager: JetStreamManager,
  { maxAge, maxBytes, replicas }: JetStreamOptions,
): Promise<void> {
  const config = {
    subjects: [`${PREFIX}.>`],
    max_age: nanos(maxAge),
    max_bytes: maxBytes,
    // Otherwise, streams under way would lose their beginnings.
    discard: DiscardPolicy.New,
    num_replicas: replicas,
  };
  try {
    const { Limits: retention } = RetentionPolicy;
    await manager.streams.add({ ...config, name: STREAM, retention, storage: StorageType.File });
  } catch (error) {
    if (!isRefusal(error, NAME_IN_USE)) {
      throw error;
    }
    await manager.streams.update(STREAM, config);
  }
}

/** Returns the last part of an identifier, which is that of a process. */
function processOf(id: string): string {
  return id.slice(id.lastIndexOf("-") + 1);
}

function subjectOf(id: string, part: typeof HEAD | typeof BLOCKS): string {
  return `${PREFIX}.${id}.${part}`;
}

/** Repeats an operation for some time, while its failures may pass. */
async function repeat<Result>(time: number, operation: () => Promise<Result>): Promise<Result> {
  for (const until = performance.now() + time; ; ) {
    try {
      return await operation();
    } catch (error) {
      if (!isPassing(error) || performance.now() >= until) {
        throw error;
      }
      await delay(PAUSE);
    }
  }
}

/** Returns whether an error may be gone soon: a server is unreachable, or about to be replaced. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof errors.TimeoutError ||
    error instanceof errors.ConnectionError ||
    error instanceof RequestError ||
    // No server answers for JetStream, because its leader is being replaced.
    (error instanceof Error && error.cause instanceof RequestError) ||
    isRefusal(error, UNSETTLED)
  );
}

/** Returns the number of the first event in a block. */
function firstEventOf({ header }: StoredMsg): number {
  return Number(header.get(FIRST_HEADER));
}

/** Returns whether JetStream refused a request with one of these codes. */
function isRefusal(error: unknown, codes: ReadonlySet<number>): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "number" &&
    codes.has(error.code)
  );
}
