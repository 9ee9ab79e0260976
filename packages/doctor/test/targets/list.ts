import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "@stepwire/testing";
import {
  type CommandLine,
  createCommandTarget,
  createLinesTarget,
  type FamilyName,
  type Target,
} from "../../src/index.js";
import { own } from "../support/own.js";
import { adapters, builtAdapter, npmModule, pythonPrograms } from "./install.js";
import { freePort, openProxy, type ProxyProcess } from "./servers.js";

/** A library or server that is examined. */
export interface TargetSpec {
  /** The title of its column. */
  readonly name: string;
  readonly version: string;
  /** How it is used and configured, in Markdown. */
  readonly how: string;
  readonly isOurs?: true;
  /** The APIs that it has; by default all. */
  readonly families?: readonly FamilyName[];
  open(): Promise<Target>;
}

const HTTP_PROXY = "2.0.1";
const PORTKEY = "1.15.2";
/** With the newest versions that it allows, all of Portkey's streams end with status 500. */
const HONO = { hono: "4.9.7", "@hono/node-server": "1.13.8" };
const LITELLM = "1.103.8";
const OPENAI_PYTHON = "3.51.0";
const THIS = "of this revision";

const bounds = { timeout: 60_000, maxBytes: 64 * 1024 * 1024, patience: 3000 };

/** Runs a program in TypeScript from its source. */
function node(program: string, ...parameters: readonly string[]): CommandLine {
  const resolver = join(projectRoot, "scripts/source-resolver.ts");
  const options = ["--conditions=@stepwire/source", "--import", resolver];
  return { command: process.execPath, parameters: [...options, program, ...parameters] };
}

function lines(line: CommandLine): Promise<Target> {
  return Promise.resolve(createLinesTarget(line, bounds));
}

/** All that are examined, ours first. */
export const targetSpecs: readonly TargetSpec[] = [
  {
    name: "Stepwire, libraries",
    version: THIS,
    how: "`createTranscoder` and `decodeEventsToBinary`: JSON to binary and back, in mode `preserve`",
    isOurs: true,
    open: () => Promise.resolve(own),
  },
  {
    name: "Stepwire, command",
    version: THIS,
    how: "`stepwire pack` piped into `stepwire unpack`, in mode `preserve`; an archive is written in blocks, so it gets no live stream",
    isOurs: true,
    open: () => Promise.resolve(withoutLive(createCommandTarget(ownCommand(), bounds))),
  },
  {
    name: "Stepwire, gateway",
    version: THIS,
    how: "the egress and the ingress of `apps/gateway`, each a process, with the default options",
    isOurs: true,
    open: () => openProxy(ownGateway),
  },
  {
    name: "`http-proxy-3`",
    version: `${HTTP_PROXY} (npm)`,
    how: "a reverse proxy that parses nothing: `createProxyServer({ target })`",
    open: () =>
      openProxy((upstream, port) =>
        Promise.resolve([
          {
            ...node(
              join(adapters, "http-proxy.ts"),
              npmModule("http-proxy-3", HTTP_PROXY),
              new URL(upstream).origin,
              String(port),
            ),
            port,
          },
        ]),
      ),
  },
  {
    name: "`JSON.parse`",
    version: "Node 24, `eventsource-parser` 4.1.3 (npm)",
    how: "`JSON.parse` and `JSON.stringify`, streams read with `eventsource-parser`: what a program without an SDK does",
    open: () => lines(node(join(adapters, "json-parse.ts"))),
  },
  {
    name: "`openai`, npm",
    version: "7.59.0",
    how: "what `client.….create()` returns, or each event of its stream, written with `JSON.stringify`. `asResponse()` gives the bytes",
    open: () => lines(node(join(adapters, "openai-node.ts"))),
  },
  {
    name: "`openai`, PyPI",
    version: OPENAI_PYTHON,
    how: "the same, written with `to_json()`. `with_raw_response` gives the bytes",
    open: () =>
      lines({
        command: join(pythonPrograms(`openai==${OPENAI_PYTHON}`), "python"),
        parameters: [join(adapters, "openai_python.py")],
      }),
  },
  {
    name: "`openai-go`",
    version: "v3.96.0",
    how: "the same, written with `encoding/json`. `RawJSON()` of its types returns the text of a document as it came, without loss",
    open: async () => lines({ command: builtAdapter("go"), parameters: [] }),
  },
  {
    name: "`async-openai`",
    version: "0.41.3 (crates.io)",
    how: "its types, read and written with `serde_json`; streams are split with `eventsource-stream`, as its client does. Events of Assistants cannot be written",
    open: async () => lines({ command: builtAdapter("rust"), parameters: [] }),
  },
  {
    name: "LiteLLM proxy",
    version: `${LITELLM} (PyPI)`,
    how: "`litellm --config`, one model `openai/…` with `api_base`, no other settings; without them, it has no Assistants",
    families: ["chat", "responses"],
    open: () => openProxy(litellm),
  },
  {
    name: "Portkey gateway",
    version: `${PORTKEY} (npm)`,
    how: `\`@portkey-ai/gateway\`, with the headers \`x-portkey-provider: openai\` and \`x-portkey-custom-host\`; with \`hono\` 4.9.7 and \`@hono/node-server\` 1.13.8, because it cannot stream with the newest that it allows`,
    open: () => openProxy(portkey, portkeyHeaders),
  },
];

/** Archives are not read while they are written. */
function withoutLive(target: Target): Target {
  return {
    ...target,
    skips: (probe) => (probe.isLive ? "an archive is written in blocks" : target.skips(probe)),
  };
}

function ownCommand(): CommandLine {
  const { command, parameters } = node(join(projectRoot, "packages/cli/src/main.ts"));
  const stepwire = [command, ...parameters].map((word) => `'${word}'`).join(" ");
  return {
    command: "bash",
    parameters: [
      "-c",
      `set -o pipefail
      if [ "$STEPWIRE_PROBE_FORM" = stream ]
      then ${stepwire} pack --from sse | ${stepwire} unpack --to sse
      else ${stepwire} pack --from jsonl | ${stepwire} unpack
      fi`,
    ],
  };
}

async function ownGateway(upstream: string, port: number): Promise<readonly ProxyProcess[]> {
  const program = join(projectRoot, "apps/gateway/src/main.ts");
  const inner = await freePort();
  return [
    { ...node(program, "ingress", "--upstream", upstream, "--port", String(inner)), port: inner },
    {
      ...node(program, "egress", "--backend", `http://127.0.0.1:${inner}`, "--port", String(port)),
      port,
    },
  ];
}

function litellm(upstream: string, port: number): Promise<readonly ProxyProcess[]> {
  const config = join(mkdtempSync(join(tmpdir(), "stepwire-doctor-")), "config.yaml");
  const parameters = { model: "openai/stepwire-doctor", api_base: upstream, api_key: "none" };
  const models = [{ model_name: "stepwire-doctor", litellm_params: parameters }];
  // JSON is YAML too.
  writeFileSync(config, JSON.stringify({ model_list: models }));
  const address = ["--host", "127.0.0.1", "--port", String(port)];
  return Promise.resolve([
    {
      command: join(pythonPrograms(`litellm[proxy]==${LITELLM}`), "litellm"),
      parameters: ["--config", config, ...address, "--telemetry", "False"],
      // Prices are not asked for over the network.
      environment: { LITELLM_LOCAL_MODEL_COST_MAP: "True" },
      port,
    },
  ]);
}

function portkey(_upstream: string, port: number): Promise<readonly ProxyProcess[]> {
  const program = npmModule("@portkey-ai/gateway", PORTKEY, "build/start-server.js", HONO);
  return Promise.resolve([
    {
      command: process.execPath,
      parameters: [program, `--port=${port}`, "--headless"],
      // Requests to this address are refused by default.
      environment: { TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost" },
      port,
    },
  ]);
}

function portkeyHeaders(upstream: string): Readonly<Record<string, string>> {
  return { "x-portkey-provider": "openai", "x-portkey-custom-host": upstream };
}
