import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createNodeHandler } from "../src/index.js";
import {
  exchange,
  listen,
  messagesOf,
  type RecordedOperation,
  type RecordedResponse,
  startExchanges,
} from "./recorded/exchange.js";
import { operationsOver, recordedWires } from "./recorded/operations.js";
import { createRecordedService } from "./recorded/service.js";

/*
 * The traffic of the last version without the stream format (commit b64c806), as recorded by
 * `recorded/record.ts`: clients of then and a server of now understand each other, and the other way
 * round.
 */

function recordedOver(name: string): RecordedOperation[] {
  const path = join(import.meta.dirname, "recorded", `${name}.json`);
  // The recorder wrote the file.
  return JSON.parse(readFileSync(path, "utf8")) as RecordedOperation[];
}

/** Returns an answer in a form whose equality means that clients see the same. */
async function comparable(response: RecordedResponse): Promise<unknown> {
  const { status, headers, trailers } = response;
  return { status, headers, trailers, messages: await messagesOf(response) };
}

describe.each(recordedWires)("recorded traffic over $name", (wire) => {
  const recorded = recordedOver(wire.name);
  const operations = operationsOver(wire);
  const { httpVersion, compression = false } = wire;

  it("is of every operation", () => {
    expect(recorded.map(({ name }) => name)).toEqual(Object.keys(operations));
    expect(recorded.every(({ exchanges }) => exchanges.length > 0)).toBe(true);
  });

  it.each(recorded)("requests of clients of before get the same answers: $name", async (each) => {
    const handler = createNodeHandler(createRecordedService().handlers, { compression });
    const server = await listen(httpVersion, handler);
    onTestFinished(() => server.close());
    for (const { request, response } of each.exchanges) {
      const answer = await exchange(server.url, httpVersion, request);
      expect(await comparable(answer)).toEqual(await comparable(response));
    }
  });

  it.each(recorded)("clients read the answers of before as they did: $name", async (each) => {
    const exchanges = [...each.exchanges];
    const server = await startExchanges(httpVersion, async (request) => {
      const next = exchanges.shift();
      const { method, path, body } = next?.request ?? {};
      expect(request).toMatchObject({ method, path, body });
      return await Promise.resolve(next?.response ?? expect.unreachable("one request more"));
    });
    onTestFinished(() => server.close());
    expect(await operations[each.name]?.(server.url, wire)).toEqual(each.seen);
    expect(exchanges).toEqual([]);
  });
});
