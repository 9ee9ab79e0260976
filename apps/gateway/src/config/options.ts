import type { Command } from "commander";
import type { ServerLimits } from "../http/server-limits.js";
import type { GatewayIO } from "../io.js";
import { type LogLevel, logLevels } from "../log.js";
import { builtInModel, type Model, readModel } from "../model.js";
import type { GatewayForwardLimits } from "../pass-through/undici-forward.js";
import { option, parseCount, parsePort, parseSize, parseTime } from "./values.js";

/** Options of both roles. */
export interface CommonOptions {
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  readonly maxBody: number;
  readonly maxHeaders: number;
  readonly maxDiscard: number;
  readonly maxStreams: number;
  readonly maxConnections: number;
  readonly maxSessions: number;
  readonly maxSessionStreams?: number;
  readonly maxRequests?: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly answerTimeout: number;
  readonly streamTimeout: number;
  readonly idleTimeout: number;
  readonly resumeWindow: number;
  readonly shutdownGrace: number;
  readonly compression: boolean;
  readonly descriptor?: string;
  readonly passThrough: boolean;
  readonly maxPassThrough: number;
}

/** Adds the options of both roles. */
export function addCommonOptions(command: Command, port: number): Command {
  return command
    .addOption(
      option("--host <address>", "the address to listen on; 0.0.0.0 for all").default("127.0.0.1"),
    )
    .addOption(option("--port <number>", "the port; 0 for any").argParser(parsePort).default(port))
    .addOption(
      option("--log-level <level>", "how much is logged").choices(logLevels).default("info"),
    )
    .addOption(
      option("--max-body <size>", "the largest request")
        .argParser(parseSize)
        .default(2 ** 20, "1M"),
    )
    .addOption(
      option("--max-headers <size>", "the largest headers of a request, or of an answer")
        .argParser(parseSize)
        .default(2 ** 14, "16K"),
    )
    .addOption(
      option("--max-streams <number>", "streams at once").argParser(parseCount).default(1000),
    )
    .addOption(
      option("--max-discard <size>", "how much of a request is read after it was refused")
        .argParser(parseSize)
        .default(2 ** 26, "64M"),
    )
    .addOption(
      option("--max-connections <number>", "connections at once")
        .argParser(parseCount)
        .default(10_000),
    )
    .addOption(
      option("--max-sessions <number>", "HTTP/2 connections at once")
        .argParser(parseCount)
        .default(200),
    )
    .addOption(
      option(
        "--max-session-streams <number>",
        "requests at once on one HTTP/2 connection; by default as --max-streams",
      ).argParser(parseCount),
    )
    .addOption(
      option(
        "--max-requests <number>",
        "requests at once over HTTP/2; by default twice --max-streams",
      ).argParser(parseCount),
    )
    .addOption(timeOption("--headers-timeout <time>", "for headers or a preface to arrive", "10s"))
    .addOption(timeOption("--request-timeout <time>", "for a request to arrive", "30s"))
    .addOption(timeOption("--answer-timeout <time>", "for an answer to begin", "60s"))
    .addOption(timeOption("--stream-timeout <time>", "for a stream, from start to end", "15m"))
    .addOption(timeOption("--idle-timeout <time>", "for a connection without traffic", "5m"))
    .addOption(timeOption("--resume-window <time>", "to take up a stream that broke", "10s"))
    .addOption(timeOption("--shutdown-grace <time>", "for streams to end at a shutdown", "10s"))
    .addOption(
      option(
        "--descriptor <file>",
        "a FileDescriptorSet with the services to serve; by default those of Stepwire itself",
      ),
    )
    .addOption(
      option(
        "--no-pass-through",
        "answer requests that no endpoint of the services takes with an error, instead of passing them through to the upstream unchanged",
      ),
    )
    .addOption(
      option("--max-pass-through <size>", "the largest request, and answer, that is passed through")
        .argParser(parseSize)
        .default(2 ** 29, "512M"),
    )
    .addOption(option("--compression", "compress the inner wire with gzip").default(false));
}

/** Returns the services to serve. */
export function modelOf({ descriptor }: CommonOptions, { directory }: GatewayIO): Model {
  return descriptor === undefined ? builtInModel : readModel(descriptor, directory);
}

/** Creates an option for a time limit. */
export function timeOption(
  flags: string,
  purpose: string,
  value: string,
): ReturnType<typeof option> {
  return option(flags, `how long there is ${purpose}`)
    .argParser(parseTime)
    .default(parseTime(value), value);
}

/** Returns the limits of what is passed through; undefined if nothing is. */
export function forwardLimits(options: CommonOptions): GatewayForwardLimits | undefined {
  return options.passThrough
    ? {
        maxBytes: options.maxPassThrough,
        maxRequests: options.maxStreams,
        maxHeaderBytes: options.maxHeaders,
        connectTimeout: Math.min(options.answerTimeout, LONGEST_CONNECT),
        answerTimeout: options.answerTimeout,
        idleTimeout: options.idleTimeout,
        totalTimeout: options.streamTimeout,
      }
    : undefined;
}

/** Maximum time for connecting to a server, in milliseconds. */
export const LONGEST_CONNECT = 10_000;

/** Returns the limits of the HTTP server, for either role. */
export function serverLimits(options: CommonOptions): ServerLimits & { maxBodyBytes: number } {
  return {
    maxHeaderBytes: options.maxHeaders,
    headersTimeout: options.headersTimeout,
    requestTimeout: options.requestTimeout,
    idleTimeout: options.idleTimeout,
    maxConnections: options.maxConnections,
    maxSessions: options.maxSessions,
    maxConcurrentStreams: options.maxSessionStreams ?? options.maxStreams,
    // Each stream is one request; allow as many again for all other requests.
    maxRequests: options.maxRequests ?? 2 * options.maxStreams,
    maxDiscardBytes: options.maxDiscard,
    maxBodyBytes: options.maxBody,
  };
}
