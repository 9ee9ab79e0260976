/*
 * Starts a broker of Apache Kafka and a schema registry on the loopback interface, until it is
 * interrupted. Loads them with Maven if they are missing; needs Java 17. Their data is removed at
 * the end.
 */
import "./source-resolver.ts";
import { once } from "node:events";
import { parseArgs } from "node:util";

// Imports of sources need the resolver first.
const { startKafka } = await import("../packages/testing/src/kafka/kafka-broker.ts");
const { startSchemaRegistry } = await import("../packages/testing/src/kafka/schema-registry.ts");

const HELP = `Usage: pnpm --silent kafka

Prints the addresses of the broker and of the registry, as examples/kafka needs them.
`;

const { values } = parseArgs({ options: { help: { type: "boolean", default: false } } });
if (values.help) {
  process.stdout.write(HELP);
} else {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => controller.abort());
  }
  const [broker, registry] = await Promise.all([startKafka(), startSchemaRegistry()]);
  process.stdout.write(`export BROKER=${broker.address} REGISTRY=${registry.url}\n`);
  // A signal alone does not keep the process alive.
  const timer = setInterval(() => {}, 60_000);
  if (!controller.signal.aborted) {
    await once(controller.signal, "abort");
  }
  clearInterval(timer);
  await Promise.all([broker.close(), registry.close()]);
}
