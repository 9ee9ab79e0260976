import { createTransport, type Protocol, ServiceClient } from "@stepwire/connect";
import type { Command } from "commander";
import { type EgressOptions, startEgress } from "../egress/egress.js";
import type { GatewayIO } from "../io.js";
import { serve } from "../serve.js";
import {
  addCommonOptions,
  type CommonOptions,
  forwardLimits,
  modelOf,
  serverLimits,
} from "./options.js";
import { option, parsePathPrefix, parseServiceUrl, parseSize, parseTime } from "./values.js";

interface EgressCommandOptions extends CommonOptions {
  readonly backend: string;
  readonly protocol: Protocol;
  readonly http: "1.1" | "2";
  readonly prefix: string;
  readonly keepAlive: number;
  readonly maxMessage: number;
  readonly clientResume: boolean;
}

function passThroughOf(options: EgressCommandOptions): EgressOptions["passThrough"] {
  const limits = forwardLimits(options);
  return limits && { backend: options.backend, limits };
}

/** `stepwire-gateway egress` */
export function registerEgress(program: Command, io: GatewayIO): void {
  const command = program
    .command("egress")
    .summary("in front of an ingress, for OpenAI clients")
    .description(
      "Serves endpoints of the OpenAI API, REST and server-sent events, to unchanged clients. Requests are passed on to the services of a backend, such as an ingress.",
    )
    .addOption(
      option("--backend <url>", "the server of the services, such as http://127.0.0.1:8081")
        .argParser(parseServiceUrl)
        .makeOptionMandatory(),
    )
    .addOption(
      option(
        "--protocol <name>",
        "the protocol on the inner wire; stream costs least, and is for streams only: all other calls are then over Connect",
      )
        .choices(["stream", "connect", "grpc", "grpc-web"])
        .default("stream"),
    )
    .addOption(
      option("--http <version>", "the version of HTTP on the inner wire; gRPC is always on 2")
        .choices(["1.1", "2"])
        .default("2"),
    )
    .addOption(
      option("--prefix <path>", "what the paths of the API begin with")
        .argParser(parsePathPrefix)
        .default("/v1"),
    )
    .addOption(
      option(
        "--keep-alive <time>",
        "after how much silence a stream gets a sign of life: a comment for the client, and an empty message from the backend; 0s for never",
      )
        .argParser(parseTime)
        .default(parseTime("15s"), "15s"),
    )
    .addOption(
      option("--max-message <size>", "the largest answer, or event, that is read from the backend")
        .argParser(parseSize)
        .default(2 ** 26, "64M"),
    )
    .addOption(
      option(
        "--no-client-resume",
        "end a stream as soon as its client leaves, instead of keeping it for --resume-window, and write no identifiers for the header Last-Event-ID",
      ),
    );
  addCommonOptions(command, 8080).action((options: EgressCommandOptions) =>
    serve(io, "egress", options.logLevel, (log) =>
      startEgress({
        host: options.host,
        port: options.port,
        prefix: options.prefix,
        services: modelOf(options, io).services,
        client: new ServiceClient(
          createTransport({
            baseUrl: options.backend,
            protocol: options.protocol,
            httpVersion: options.http,
            compression: options.compression,
            maxMessageBytes: options.maxMessage,
            onFallback: ({ message }) => {
              log.warn({ reason: message }, "streams are read over Connect instead");
            },
          }),
        ),
        passThrough: passThroughOf(options),
        clientResume: options.clientResume,
        limits: {
          ...serverLimits(options),
          maxStreams: options.maxStreams,
          answerTimeout: options.answerTimeout,
          streamTimeout: options.streamTimeout,
          resumeWindow: options.resumeWindow,
          keepAliveInterval: options.keepAlive,
          maxMessageBytes: options.maxMessage,
        },
        shutdownGrace: options.shutdownGrace,
        log,
      }),
    ),
  );
}
