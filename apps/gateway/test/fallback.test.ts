import { once } from "node:events";
import { createServer, request as sendRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLog } from "../src/log.js";
import { run } from "../src/run.js";
import {
  collectLog,
  createClient,
  createUpstreamSource,
  startTestIngress,
} from "./support/chain.js";
import { eventsOf, receive, sampleStream } from "./support/collect.js";
import { sendStream, startUpstream } from "./support/upstream.js";

/** Starts what an ingress without the stream format is: it refuses it, as Connect does. */
async function startOldIngress(target: string): Promise<{ url: string; refused: () => number }> {
  let refused = 0;
  const server = createServer((request, response) => {
    if (
      request.headers["content-type"] === "application/proto" &&
      /Stream/.test(request.url ?? "")
    ) {
      refused++;
      request.resume();
      response.writeHead(415).end();
      return;
    }
    const { method, headers, url = "" } = request;
    const forwarded = sendRequest(new URL(url, target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(forwarded);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, refused: () => refused };
}

describe("an egress whose ingress does not serve the stream format", () => {
  it("reads streams over Connect, and logs it once", async () => {
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, sampleStream),
    );
    const { source, close } = createUpstreamSource(upstream.url);
    const quiet = createLog("silent", "test", collectLog().destination);
    const ingress = await startTestIngress(source, { log: quiet, onClose: close });
    const old = await startOldIngress(ingress.url);
    const { destination: stdout, text } = collectLog();
    const ending = new AbortController();
    const parameters = ["--port", "0", "--backend", old.url, "--http", "1.1"];
    const ended = run(["egress", ...parameters, "--shutdown-grace", "0s"], {
      stdout,
      stderr: collectLog().destination,
      directory: ".",
      signal: ending.signal,
    });
    await expect.poll(text).toContain('"url"');
    const url = /"url":"([^"]+)"/.exec(text())?.[1] ?? "";
    for (let count = 0; count < 2; count++) {
      expect(await receive(createClient(url))).toEqual({ events: eventsOf(sampleStream) });
    }
    ending.abort();
    expect(await ended).toBe(0);
    expect(upstream.seen).toHaveLength(2);
    // It is tried again after a minute.
    expect(old.refused()).toBe(1);
    const warnings = text()
      .split("\n")
      .filter((line) => line.includes("over Connect instead"));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("it answered with the status 415");
  });
});
