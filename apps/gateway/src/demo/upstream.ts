import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A server that replaces the OpenAI API. */
export interface DemoUpstream {
  readonly url: string;
  close(): void;
}

const PACE = 12;

interface Item {
  readonly id: string;
  readonly object: string;
}

/** The last parts of the paths of lists, with the kind of their items. */
const kinds: Readonly<Record<string, string>> = {
  steps: "thread.run.step",
  messages: "thread.message",
  runs: "thread.run",
};

/** Serves the sample: its stream unchanged, its objects as documents and lists, and models. */
export async function startDemoUpstream(): Promise<DemoUpstream> {
  const stream = readFileSync(join(import.meta.dirname, "../../samples/bakery.sse"), "utf8");
  const items = [...stream.matchAll(/event: \S+\.completed\ndata: (.*)/g)]
    .map(([, json]) => JSON.parse(json ?? "") as Item)
    .reverse();
  const server = createServer(async (request, response) => {
    if (request.method === "POST") {
      request.resume();
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const event of stream.split(/(?<=\n\n)/)) {
        response.write(event);
        await delay(PACE);
      }
      response.end();
      return;
    }
    const [last = ""] = (request.url ?? "").split(/[/?]/).reverse();
    const found = items.find(({ id }) => id === last) ?? listOf(items, kinds[last] ?? last);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(found, null, 2));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on a port has an address of this type.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function listOf(items: readonly Item[], kind: string): unknown {
  const data =
    kind === "models"
      ? [{ id: "gpt-4o-mini", object: "model", owned_by: "system" }]
      : items.filter(({ object }) => object === kind);
  return {
    object: "list",
    data,
    first_id: data[0]?.id,
    last_id: data.at(-1)?.id,
    has_more: false,
  };
}
