/*
 * Starts a broker of Apache Kafka and a schema registry on the loopback interface, until it is
 * interrupted. Loads them with Maven if they are missing; needs Java 17. Their data is removed at
 * the end.
 */
import "./source-resolver.ts";
import { parseArgs } from "node:util";
import { runUntilInterrupted } from "./library/signals.ts";

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
  await runUntilInterrupted(
    async () => {
      const servers = await Promise.all([startKafka(), startSchemaRegistry()]);
      const [broker, registry] = servers;
      process.stdout.write(`export BROKER=${broker.address} REGISTRY=${registry.url}\n`);
      return servers;
    },
    (servers) => Promise.all(servers.map((server) => server.close())),
  );
}
