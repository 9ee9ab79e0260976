import type { Logger } from "pino";
import { untilClosed } from "./shutdown.js";

/** Variables that say where spans and metrics go. With any of them, they are sent. */
const TARGETS = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
  "OTEL_TRACES_EXPORTER",
  "OTEL_METRICS_EXPORTER",
  "OTEL_CONFIG_FILE",
] as const;

/** Defaults that differ from those of the SDK. */
const defaults: Readonly<Record<string, string>> = {
  // The third detector adds the command line, which may have an address with a password.
  OTEL_NODE_RESOURCE_DETECTORS: "service,host",
  // The log is on standard output.
  OTEL_LOGS_EXPORTER: "none",
};

/** Telemetry that was started. */
export interface Telemetry {
  /** Sends the rest, for two seconds at most. Never rejects. */
  close(): Promise<void>;
}

/**
 * Starts OpenTelemetry if a standard variable of the environment says where spans and metrics go. All
 * that is configured by such variables works: sampling, headers, protocol, attributes.
 *
 * @param role part of the name of the service, if the environment has none.
 */
export async function startTelemetry(role: string, log: Logger): Promise<Telemetry | undefined> {
  const { env } = process;
  if (!TARGETS.some((name) => (env[name] ?? "") !== "")) {
    return undefined;
  }
  // The SDK reads them from the process.
  env["OTEL_SERVICE_NAME"] ??= `stepwire-gateway-${role}`;
  for (const [name, value] of Object.entries(defaults)) {
    env[name] ??= value;
  }
  // Loading it takes a third of a second, and memory.
  const [{ startNodeSdk }, { DiagLogLevel, diag }] = await Promise.all([
    import("@opentelemetry/sdk-node"),
    import("@opentelemetry/api"),
  ]);
  const sdk = startNodeSdk();
  const write = (message: string): void => log.warn({ reason: message }, "telemetry");
  const ignore = (): void => {};
  diag.setLogger(
    { error: write, warn: write, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  return {
    close: async () => {
      try {
        await untilClosed(sdk.shutdown());
      } catch (error) {
        log.warn({ error }, "telemetry could not be sent");
      }
    },
  };
}
