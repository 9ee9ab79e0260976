import { once } from "node:events";
import type { Logger } from "pino";
import type { GatewayIO } from "./io.js";
import { createLog, type LogLevel } from "./log.js";
import type { RunningGateway } from "./shutdown.js";
import { startTelemetry } from "./telemetry.js";

/** Starts a gateway and keeps it running until the signal of the program is aborted. */
export async function serve(
  io: GatewayIO,
  role: string,
  level: LogLevel,
  start: (log: Logger) => Promise<RunningGateway>,
): Promise<void> {
  const log = createLog(level, role, io.stdout);
  const telemetry = await startTelemetry(role, log);
  const gateway = await start(log);
  log.info({ url: gateway.url }, "listening");
  if (!io.signal.aborted) {
    await once(io.signal, "abort");
  }
  log.info("shutting down");
  await gateway.close();
  await telemetry?.close();
  log.info("ended");
}
