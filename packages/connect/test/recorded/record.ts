import { mkdirSync, writeFileSync } from "node:fs";
import { createNodeHandler } from "../../src/index.js";
import {
  type Exchange,
  exchange,
  listen,
  type RecordedOperation,
  startExchanges,
} from "./exchange.js";
import { operationsOver, recordedWires } from "./operations.js";
import { createRecordedService } from "./service.js";

/*
 * Records the traffic between the clients and the server of one version, for the test of this folder:
 * copy the folder into a checkout of that version, and run this file there with the condition
 * `@stepwire/source` (see "bench" in package.json).
 */

const directory = process.argv[2] ?? "recordings";
mkdirSync(directory, { recursive: true });
for (const wire of recordedWires) {
  const { compression = false, httpVersion } = wire;
  const operations: RecordedOperation[] = [];
  for (const [name, operation] of Object.entries(operationsOver(wire))) {
    const handler = createNodeHandler(createRecordedService().handlers, { compression });
    const server = await listen(httpVersion, handler);
    const exchanges: Exchange[] = [];
    const proxy = await startExchanges(httpVersion, async (request) => {
      const response = await exchange(server.url, httpVersion, request);
      exchanges.push({ request, response });
      return response;
    });
    const seen = await operation(proxy.url, wire);
    operations.push({ name, exchanges, seen });
    proxy.close();
    server.close();
  }
  writeFileSync(`${directory}/${wire.name}.json`, `${JSON.stringify(operations, undefined, 1)}\n`);
}
