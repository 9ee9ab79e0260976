/*
 * Starts a NATS server with JetStream on the loopback interface, or a cluster of three, until it is
 * interrupted. Builds the server if it is missing; needs Go. The data is removed at the end.
 */
import "./source-resolver.ts";
import { parseArgs } from "node:util";
import { runUntilInterrupted } from "./library/signals.ts";

// Imports of sources need the resolver first.
const { startNatsServer } = await import("../packages/testing/src/nats/nats-server.ts");

const HELP = `Usage: pnpm --silent nats [--cluster] [--port <number>]

  --cluster        start three nodes instead of one
  --port <number>  the port of the first node; the others have the next ones (default: 4222)

The addresses are what --store of the gateway's ingress expects.
`;

const { values } = parseArgs({
  options: {
    cluster: { type: "boolean", default: false },
    port: { type: "string", default: "4222" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
} else {
  await runUntilInterrupted(
    async () => {
      const options = { nodes: values.cluster ? 3 : 1, port: Number(values.port) };
      const nats = await startNatsServer(options);
      process.stdout.write(`--store ${nats.url}\n`);
      return nats;
    },
    (nats) => nats.close(),
  );
}
