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

/** Serves the sample: its stream unchanged, its two steps as documents and as a list. */
export async function startDemoUpstream(): Promise<DemoUpstream> {
  const stream = readFileSync(join(import.meta.dirname, "../../samples/bakery.sse"), "utf8");
  const steps = [...stream.matchAll(/event: thread\.run\.step\.completed\ndata: (.*)/g)]
    .map(([, json]) => JSON.parse(json ?? "") as { readonly id: string })
    .reverse();
  const list = {
    object: "list",
    data: steps,
    first_id: steps[0]?.id,
    last_id: steps.at(-1)?.id,
    has_more: false,
  };
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
    const id = /\/steps\/(\w+)/.exec(request.url ?? "")?.[1];
    const found = id === undefined ? list : steps.find((step) => step.id === id);
    response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(found ?? { error: { message: "No such step." } }, null, 2));
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
