import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

/** The version of the collector, of its builder and of its parts. Change it here only. */
// renovate: datasource=go depName=go.opentelemetry.io/collector/cmd/builder
const VERSION = "v0.165.0";

const COLLECTOR = "go.opentelemetry.io/collector";

const root = join(import.meta.dirname, "../../../..");
const folder = join(root, "node_modules/.cache/stepwire/otelcol", VERSION);

/** Maximum time to build the collector, in milliseconds. */
const BUILD_TIMEOUT = 1_500_000;

/**
 * Returns the path of a collector that receives OTLP, and sends it on as JSON. Its own builder makes
 * it, if it is not there yet: that takes some minutes.
 *
 * @throws if Go is missing, or cannot download the collector.
 */
export async function installCollector(): Promise<string> {
  const program = join(folder, "otelcol");
  if (!existsSync(program)) {
    const work = await mkdtemp(join(tmpdir(), "stepwire-otelcol-"));
    try {
      const config = join(work, "builder.json");
      await mkdir(folder, { recursive: true });
      await writeFile(
        config,
        JSON.stringify({
          dist: { name: "otelcol", output_path: folder, version: VERSION.slice(1) },
          receivers: [{ gomod: `${COLLECTOR}/receiver/otlpreceiver ${VERSION}` }],
          exporters: [{ gomod: `${COLLECTOR}/exporter/otlphttpexporter ${VERSION}` }],
        }),
      );
      const builder = `${COLLECTOR}/cmd/builder@${VERSION}`;
      await promisify(execFile)("go", ["run", builder, `--config=${config}`], {
        cwd: work,
        env: { ...process.env, CGO_ENABLED: "0" },
        timeout: BUILD_TIMEOUT,
      });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  return program;
}

/** A value of an attribute in OTLP as JSON. */
type OtlpValue = Readonly<Record<string, unknown>>;

/** A list of attributes in OTLP as JSON. */
type OtlpAttributes = readonly { readonly key: string; readonly value: OtlpValue }[];

/** A span that the collector has received. */
export interface CollectedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first span of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  /** 1 is internal, 2 a server, 3 a client. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The names of its events. */
  readonly events: readonly string[];
  /** 0 is not set, 2 an error. */
  readonly status: number;
}

/** The value of a metric for some attributes that the collector has received. */
export interface CollectedPoint {
  readonly service: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The value, or the number of values of a histogram. */
  readonly value: number;
}

/** A running collector. */
export interface Collector {
  /** The URL for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** All spans so far. */
  readonly spans: readonly CollectedSpan[];
  /** All points of metrics so far; later ones replace earlier ones. */
  points(): readonly CollectedPoint[];
  /** Everything that was received, as JSON. */
  text(): string;
  close(): Promise<void>;
}

/** The parts of OTLP as JSON that are read. */
interface Batch {
  readonly resourceSpans?: readonly {
    readonly resource: { readonly attributes: OtlpAttributes };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
  readonly resourceMetrics?: readonly {
    readonly resource: { readonly attributes: OtlpAttributes };
    readonly scopeMetrics: readonly { readonly metrics: readonly OtlpMetric[] }[];
  }[];
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes?: OtlpAttributes;
  readonly events?: readonly { readonly name: string }[];
  readonly status?: { readonly code?: number };
}

interface OtlpMetric {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly OtlpPoint[] };
  readonly histogram?: { readonly dataPoints: readonly OtlpPoint[] };
}

interface OtlpPoint {
  readonly attributes?: OtlpAttributes;
  readonly asInt?: string;
  readonly asDouble?: number;
  readonly count?: string;
}

/** Starts a collector on the loopback interface. */
export async function startCollector(): Promise<Collector> {
  const program = await installCollector();
  const work = await mkdtemp(join(tmpdir(), "stepwire-otelcol-"));
  const spans: CollectedSpan[] = [];
  const points = new Map<string, CollectedPoint>();
  const texts: string[] = [];
  const sink = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const text = Buffer.concat(chunks).toString();
    texts.push(text);
    const batch = JSON.parse(text) as Batch;
    spans.push(...spansOf(batch));
    for (const point of pointsOf(batch)) {
      points.set(JSON.stringify([point.service, point.name, point.attributes]), point);
    }
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  const sinkPort = await listen(sink);
  const port = await freePort();
  const config = join(work, "config.json");
  const pipeline = { receivers: ["otlp"], exporters: ["otlp_http"] };
  await writeFile(
    config,
    JSON.stringify({
      receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
      exporters: {
        otlp_http: {
          endpoint: `http://127.0.0.1:${sinkPort}`,
          encoding: "json",
          compression: "none",
        },
      },
      service: {
        pipelines: { traces: pipeline, metrics: pipeline },
        telemetry: { metrics: { level: "none" } },
      },
    }),
  );
  const child = spawn(program, ["--config", config], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-MAX_LOG);
  });
  const ended = once(child, "close");
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await ended;
    }
    sink.closeAllConnections();
    sink.close();
    await rm(work, { recursive: true, force: true });
  };
  if (!(await accepts(port))) {
    await close();
    throw new Error(`the collector did not start: ${log}`);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    points: () => [...points.values()],
    text: () => texts.join("\n"),
    close,
  };
}

const MAX_LOG = 10_000;

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await once(server.close(), "close");
  return port;
}

const ATTEMPTS = 300;
const INTERVAL = 100;

/** Waits until something listens on a port; returns false if nothing does for 30 seconds. */
async function accepts(port: number): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) {
      return true;
    }
    await delay(INTERVAL);
  }
  return false;
}

function spansOf({ resourceSpans = [] }: Batch): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        service: serviceOf(resource.attributes),
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? "",
        name: span.name,
        kind: span.kind,
        attributes: attributesOf(span.attributes),
        events: (span.events ?? []).map(({ name }) => name),
        status: span.status?.code ?? 0,
      })),
    ),
  );
}

function pointsOf({ resourceMetrics = [] }: Batch): CollectedPoint[] {
  return resourceMetrics.flatMap(({ resource, scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap(({ name, sum, histogram }) =>
        (sum ?? histogram ?? { dataPoints: [] }).dataPoints.map((point) => ({
          service: serviceOf(resource.attributes),
          name,
          attributes: attributesOf(point.attributes),
          value: Number(point.count ?? point.asInt ?? point.asDouble ?? 0),
        })),
      ),
    ),
  );
}

function serviceOf(attributes: OtlpAttributes): string {
  return String(attributesOf(attributes)["service.name"]);
}

/** Returns attributes as an object. Integers are text in OTLP as JSON, like all 64-bit integers. */
function attributesOf(attributes: OtlpAttributes = []): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      "intValue" in value ? Number(value["intValue"]) : Object.values(value)[0],
    ]),
  );
}
