import { constants } from "node:fs";
import { access, mkdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Source } from "@stepwire/connect";
import { UpstreamSource } from "@stepwire/handler/internal";
import type { Command } from "commander";
import type { Logger } from "pino";
import { GatewayFailure } from "../failure.js";
import { type IngressOptions, startIngress } from "../ingress/ingress.js";
import { connectUpstream } from "../ingress/upstream.js";
import type { GatewayIO } from "../io.js";
import type { Model } from "../model.js";
import { ReplaySource } from "../replay/replay-source.js";
import { serve } from "../serve.js";
import { FileStore } from "../store/file-store.js";
import { type JetStreamOptions, JetStreamStore } from "../store/jetstream-store.js";
import {
  addCommonOptions,
  type CommonOptions,
  forwardLimits,
  LONGEST_CONNECT,
  modelOf,
  serverLimits,
  timeOption,
} from "./options.js";
import {
  MEMORY,
  option,
  parseCount,
  parseServiceUrl,
  parseSize,
  parseStore,
  parseTime,
  type StoreAddress,
} from "./values.js";

interface IngressCommandOptions extends CommonOptions {
  readonly upstream?: string;
  readonly record?: string;
  readonly replay?: string;
  readonly replayPace: number;
  readonly maxEvent: number;
  readonly replaceInvalidUtf8: boolean;
  readonly maxDocument: number;
  readonly maxResume: number;
  readonly store: StoreAddress;
  readonly storeFailure: "continue" | "end";
  readonly storeTime: number;
  readonly storeWait: number;
  readonly storeCa?: string;
  readonly storeCertificate?: string;
  readonly storeKey?: string;
  readonly storeCredentials?: string;
  readonly storeSize: number;
  readonly storeReplicas: number;
}

/** `stepwire-gateway ingress` */
export function registerIngress(program: Command, io: GatewayIO): void {
  const command = program
    .command("ingress")
    .summary("in front of an OpenAI-compatible server")
    .description(
      "Serves services over Connect, gRPC and gRPC-web, on HTTP/1.1 and HTTP/2 alike. Answers come from an upstream, or from archives of an earlier one.",
    )
    .addOption(
      option("--upstream <url>", "the server, such as https://api.openai.com/v1").argParser(
        parseServiceUrl,
      ),
    )
    .addOption(
      option(
        "--replay <folder>",
        "serve the archives in a folder; by default samples, where there is no upstream",
      ).conflicts(["upstream", "record"]),
    )
    .addOption(
      option("--replay-pace <time>", "how long to wait before each event")
        .argParser(parseTime)
        .default(0, "0ms"),
    )
    .addOption(
      option("--record <folder>", "write each stream of the upstream as an archive into a folder"),
    )
    .addOption(
      option("--max-event <size>", "the largest event")
        .argParser(parseSize)
        .default(2 ** 26, "64M"),
    )
    .addOption(
      option(
        "--replace-invalid-utf8",
        "let bytes of the upstream that are not UTF-8 pass as U+FFFD, instead of an error",
      ).default(false),
    )
    .addOption(
      option("--max-document <size>", "the largest answer that is no stream")
        .argParser(parseSize)
        .default(2 ** 26, "64M"),
    )
    .addOption(
      option("--max-resume <size>", "how much of each stream is held, to resume it")
        .argParser(parseSize)
        .default(2 ** 20, "1M"),
    )
    .addOption(
      option(
        "--store <address>",
        "where the events of streams are kept, to resume them: memory; file:FOLDER, for the ingresses of one machine; or the addresses of NATS servers with JetStream, such as nats://127.0.0.1:4222, separated by commas; tls:// requires TLS. All ingresses with the same store can resume the streams of each other",
      )
        .argParser(parseStore)
        .default(MEMORY, "memory"),
    )
    .addOption(
      option("--store-failure <reaction>", "what happens to a stream that cannot be stored")
        .choices(["continue", "end"])
        .default("continue"),
    )
    .addOption(timeOption("--store-time <time>", "to read a stored stream", "30m"))
    .addOption(
      option(
        "--store-wait <time>",
        "how long the opening of a stream waits for the store; only then can another ingress resume the stream from its start",
      )
        .argParser(parseTime)
        .default(parseTime("500ms"), "500ms"),
    )
    .addOption(
      option("--store-size <size>", "the largest size of all stored streams together")
        .argParser(parseSize)
        .default(2 ** 30, "1024M"),
    )
    .addOption(
      option("--store-ca <file>", "the certificates to trust in TLS to the NATS servers, in PEM"),
    )
    .addOption(
      option("--store-certificate <file>", "the own certificate for the NATS servers, in PEM"),
    )
    .addOption(option("--store-key <file>", "the key of that certificate, in PEM"))
    .addOption(
      option("--store-credentials <file>", "the credentials for the NATS servers: a .creds file"),
    )
    .addOption(
      option("--store-replicas <number>", "how many of the NATS servers store each stream")
        .argParser(parseCount)
        .default(1),
    );
  addCommonOptions(command, 8081).action((options: IngressCommandOptions) =>
    serve(io, "ingress", options.logLevel, async (log) => {
      const model = modelOf(options, io);
      const { source, skippedFiles, onClose } = await openSource(options, model, io, log);
      const store = await openStore(options, io);
      const { record } = options;
      const recordInto = record === undefined ? undefined : resolve(io.directory, record);
      if (record !== undefined && recordInto !== undefined) {
        await prepareRecordings(recordInto, record);
      }
      return await startIngress({
        host: options.host,
        port: options.port,
        model,
        source,
        skippedFiles,
        ...(recordInto !== undefined && { recordInto }),
        limits: {
          ...serverLimits(options),
          maxStreams: options.maxStreams,
          maxStreamTime: options.streamTimeout,
          maxResumeWindow: options.resumeWindow,
          maxResumeBytes: options.maxResume,
          maxStoreWait: options.storeWait,
        },
        passThrough: passThroughOf(options),
        compression: options.compression,
        ...(store !== undefined && { store }),
        storeFailure: options.storeFailure,
        shutdownGrace: options.shutdownGrace,
        log,
        onClose: async () => {
          await Promise.all([onClose(), store?.close()]);
        },
      });
    }),
  );
}

/** Returns where all other requests are passed on to; without an upstream, there is no such place. */
function passThroughOf(options: IngressCommandOptions): IngressOptions["passThrough"] {
  const limits = forwardLimits(options);
  const { upstream: baseUrl } = options;
  return baseUrl === undefined || limits === undefined ? undefined : { baseUrl, limits };
}

/** Opens the store; returns undefined for the memory of the process. */
async function openStore(
  options: IngressCommandOptions,
  io: GatewayIO,
): Promise<JetStreamStore | FileStore | undefined> {
  const { store, storeTime: maxAge, storeSize: maxBytes, storeReplicas: replicas } = options;
  if (store === MEMORY) {
    return undefined;
  }
  const access = "servers" in store ? await readAccess(options, store.isSecure, io) : undefined;
  try {
    return "directory" in store
      ? await FileStore.open({
          directory: resolve(io.directory, store.directory),
          maxAge,
          maxBytes,
        })
      : await JetStreamStore.open({ ...store, ...access, maxAge, maxBytes, replicas });
  } catch (error) {
    // The message does not contain the password.
    const reason = error instanceof Error ? error.message : "unknown error";
    throw new GatewayFailure(`--store: the store cannot be used: ${reason}`);
  }
}

/** Reads the files with the certificates and the credentials for the NATS servers. */
async function readAccess(
  options: IngressCommandOptions,
  isSecure: boolean,
  { directory }: GatewayIO,
): Promise<Pick<JetStreamOptions, "tls" | "credentials">> {
  const read = async (name: string, path: string | undefined): Promise<Buffer | undefined> => {
    try {
      return path === undefined ? undefined : await readFile(resolve(directory, path));
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
      throw new GatewayFailure(`${name} ${path}: cannot be read (${code})`);
    }
  };
  const ca = await read("--store-ca", options.storeCa);
  const cert = await read("--store-certificate", options.storeCertificate);
  const key = await read("--store-key", options.storeKey);
  const credentials = await read("--store-credentials", options.storeCredentials);
  const needsTls = isSecure || ca !== undefined || cert !== undefined;
  const tls = {
    ...(ca && { ca: ca.toString() }),
    ...(cert && { cert: cert.toString() }),
    ...(key && { key: key.toString() }),
  };
  return { ...(needsTls && { tls }), ...(credentials && { credentials }) };
}

async function openSource(
  options: IngressCommandOptions,
  model: Model,
  io: GatewayIO,
  log: Logger,
): Promise<{ source: Source; skippedFiles: number; onClose: () => Promise<void> }> {
  if (options.upstream === undefined) {
    const { replay } = options;
    if (options.record !== undefined) {
      throw new GatewayFailure("--record needs --upstream");
    }
    if (replay === undefined) {
      log.warn("no upstream is given: recorded samples are served");
    }
    const directory = replay === undefined ? SAMPLES : resolve(io.directory, replay);
    const source = await openReplay(directory, model, options, log);
    return { source, skippedFiles: source.skipped.length, onClose: () => Promise.resolve() };
  }
  const upstream = connectUpstream({
    baseUrl: options.upstream,
    connectTimeout: Math.min(options.answerTimeout, LONGEST_CONNECT),
    answerTimeout: options.answerTimeout,
    idleTimeout: options.idleTimeout,
    maxHeaderBytes: options.maxHeaders,
    // Each stream has its own connection; allow as many again for all other requests.
    maxConnections: 2 * options.maxStreams,
  });
  const source = new UpstreamSource(upstream, {
    maxDocumentBytes: options.maxDocument,
    maxEventBytes: options.maxEvent,
    streamTimeout: options.streamTimeout,
    replaceInvalidUtf8: options.replaceInvalidUtf8,
  });
  return { source, skippedFiles: 0, onClose: () => upstream.close() };
}

/** The folder that is replayed by default, so that a gateway runs without an upstream server. */
const SAMPLES = join(import.meta.dirname, "../../samples");

async function openReplay(
  directory: string,
  model: Model,
  { replay = "", replayPace, maxEvent, replaceInvalidUtf8 }: IngressCommandOptions,
  log: Logger,
): Promise<ReplaySource> {
  const isFolder = await stat(directory).then(
    (status) => status.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    throw new GatewayFailure(`--replay ${replay}: no such folder`);
  }
  const source = await ReplaySource.open({
    model,
    directory,
    pace: replayPace,
    maxEventBytes: maxEvent,
    replaceInvalidUtf8,
  });
  for (const { name, reason } of source.skipped) {
    log.warn({ file: name, reason }, "a file cannot be replayed and is skipped");
  }
  if (source.recordings.length === 0) {
    throw new GatewayFailure(
      `--replay ${replay}: no archive (*.pb) or stream (*.sse) in it that can be read`,
    );
  }
  for (const { name, damage } of source.recordings) {
    if (damage !== undefined) {
      log.warn(
        { file: name, reason: damage.message },
        "an archive is damaged; what comes before the damage is served",
      );
    }
  }
  return source;
}

/** Creates the folder for recordings and checks that it is writable. */
async function prepareRecordings(directory: string, given: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const reason = ["EEXIST", "ENOTDIR"].includes(code) ? "not a folder" : `not writable (${code})`;
    throw new GatewayFailure(`--record ${given}: ${reason}`);
  }
}
