import { setTimeout as delay } from "node:timers/promises";
import { startGateway } from "@stepwire/testing";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { run } from "../src/run.js";
import { collectLog, startChain } from "./support/chain.js";
import {
  collect,
  rawEvents,
  sampleIds,
  sampleStream,
  startRun,
  withoutIds,
  writtenAnew,
} from "./support/collect.js";
import { sendJson, sendStream, startUpstream, streamHeaders } from "./support/upstream.js";

const events = writtenAnew.split(/(?<=\n\n)/);

describe("headers", () => {
  it("of a request reach the upstream under their names; no others do", async () => {
    const upstream = await startUpstream((_request, response) => sendJson(response, "{}"));
    const { egress } = await startChain(upstream.url);
    const passed = {
      authorization: "Bearer token-1",
      "api-key": "key-1",
      "openai-organization": "org-1",
      "openai-project": "proj_1",
      "openai-beta": "assistants=v2",
      "x-request-id": "req-of-the-client",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };
    const response = await fetch(`${egress.url}/v1/threads/t/runs/r/steps?api-version=2025-05-01`, {
      headers: { ...passed, cookie: "secret=1", "x-forwarded-for": "10.0.0.1", "x-other": "1" },
    });
    expect(response.headers.get("x-request-id")).toBe("req_test");
    const [seen] = upstream.seen;
    expect(seen?.url).toBe("/v1/threads/t/runs/r/steps?api-version=2025-05-01");
    expect(seen?.headers).toMatchObject(passed);
    expect(Object.keys(seen?.headers ?? {}).sort()).toEqual(
      [...Object.keys(passed), "accept", "accept-encoding", "connection", "host"].sort(),
    );
  });

  it("bodies and identifiers never get into the log", async () => {
    const upstream = await startUpstream(({ method }, response) =>
      method === "POST"
        ? sendStream(response, sampleStream)
        : sendJson(response, '{"error":{"message":"secret-in-the-answer"}}', 500),
    );
    const { openai, log } = await startChain(upstream.url);
    await collect(startRun(openai, "thread_secret"));
    await openai.beta.threads.runs.steps
      .retrieve("step_secret", { thread_id: "thread_secret", run_id: "run_secret" })
      .catch(() => {});
    const lines = log().trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ role: "egress", operation: "create_run", status: "200" }),
        expect.objectContaining({ role: "egress", operation: "get_run_step", status: "500" }),
        expect.objectContaining({ role: "ingress", operation: "create_run", status: "ok" }),
        expect.objectContaining({ role: "ingress", operation: "get_run_step", status: "internal" }),
      ]),
    );
    expect(log()).not.toContain('"seconds":0,');
    expect(log()).not.toMatch(/key-of-the-test|Bearer|secret|asst_1|bakery/);
  });
});

it("clients that leave and upstreams that break are no failures of the gateway", async () => {
  const upstream = await startUpstream(({ url }, response) => {
    if (url.endsWith("/broken")) {
      response.writeHead(200, { "content-length": 9 }).write("part");
      setTimeout(() => response.destroy(), 20);
    }
  });
  const { egress, log } = await startChain(upstream.url, { passThrough: {} });
  for (const path of ["/threads/t/runs/r/steps", "/files"]) {
    const seen = upstream.seen.length;
    const leaving = new AbortController();
    const answer = fetch(`${egress.url}/v1${path}`, { signal: leaving.signal });
    await expect.poll(() => upstream.seen.length).toBe(seen + 1);
    leaving.abort();
    await expect(answer).rejects.toThrow();
  }
  await expect((await fetch(`${egress.url}/v1/broken`)).text()).rejects.toThrow();
  const answered = /"role":"egress","operation":"\w+","status":"\w+"/g;
  await expect.poll(() => log().match(answered)).toHaveLength(3);
  expect(log()).not.toContain("the gateway failed");
});

describe("/healthz and /metrics", () => {
  it("tell how a gateway is and what it did", async () => {
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, sampleStream),
    );
    const { egress, ingress, openai } = await startChain(upstream.url);
    await collect(startRun(openai));
    for (const { url } of [egress, ingress]) {
      const health = await fetch(`${url}/healthz`);
      expect([health.status, await health.text()]).toEqual([200, '{"status":"ok"}\n']);
    }
    const read = async (url: string): Promise<string> =>
      await (await fetch(`${url}/metrics`)).text();
    expect(await read(egress.url)).toMatch(
      /stepwire_gateway_stream_events_total\{operation="create_run",role="egress"\} 59/,
    );
    expect(await read(egress.url)).toMatch(
      /stepwire_gateway_stream_bytes_total\{operation="create_run",form="sse",role="egress"\} \d{5}/,
    );
    expect(await read(ingress.url)).toMatch(
      /stepwire_gateway_stream_bytes_total\{operation="create_run",form="binary",role="ingress"\} \d{4}\n/,
    );
    expect(await read(ingress.url)).toMatch(
      /stepwire_gateway_requests_total\{operation="create_run",status="ok",role="ingress"\} 1/,
    );
  });
});

describe("a shutdown", () => {
  it("lets streams come to their end", async () => {
    let end = (): void => {};
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(200, streamHeaders).write(events.slice(0, 5).join(""));
      end = () => response.end(events.slice(5).join(""));
    });
    const { egress, ingress } = await startChain(upstream.url);
    const text = rawEvents(egress.url);
    await expect.poll(() => upstream.seen.length).toBe(1);
    const closing = Promise.all([egress.close(5000), ingress.close(5000)]);
    await delay(50);
    const health = await fetch(`${egress.url}/healthz`);
    expect([health.status, await health.text()]).toEqual([503, '{"status":"draining"}\n']);
    const refused = await fetch(`${egress.url}/v1/threads/t/runs/r/steps`);
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ error: { code: "shutting_down" } });
    end();
    expect(await text).toBe(writtenAnew);
    await closing;
    await expect(fetch(`${egress.url}/healthz`)).rejects.toThrow();
  });

  it.each(["egress", "ingress"] as const)(
    "of the %s ends those that take too long",
    async (role) => {
      let closed = false;
      const upstream = await startUpstream((_request, response) => {
        response.on("close", () => {
          closed = true;
        });
        response.writeHead(200, streamHeaders).write(events.slice(0, 5).join(""));
      });
      const chain = await startChain(upstream.url, { egress: { resumeWindow: 300 } });
      const path = `/v1/threads/${sampleIds.thread_id}/runs`;
      const body = '{"stream":true}';
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${chain.egress.url}${path}`, { method: "POST", headers, body });
      let text = "";
      let ending: Promise<void> | undefined;
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += chunk;
        if (text.split("\n\n").length > 5) {
          ending ??= chain[role].close(50);
        }
      }
      await ending;
      const [whole, error] = withoutIds(text).split("event: error\n");
      expect(whole).toBe(events.slice(0, 5).join(""));
      expect(error).toMatch(/^data: \{"error":\{.*\}\}\n\n$/);
      await expect.poll(() => closed).toBe(true);
    },
  );
});

describe("the program", () => {
  it("ends by SIGTERM, its streams told", { timeout: 60_000 }, async () => {
    const gateway = await startGateway([
      "ingress",
      "--port",
      "0",
      "--replay-pace",
      "100ms",
      "--shutdown-grace",
      "100ms",
    ]);
    expect(gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    const { port } = new URL(gateway.url);
    const request = Buffer.from(
      JSON.stringify({ createRun: { threadId: sampleIds.thread_id, body: "{}" } }),
    );
    const stream = await fetch(
      `http://127.0.0.1:${port}/stepwire.v1.RunStepService/StreamRunEvents`,
      {
        method: "POST",
        headers: { "content-type": "application/connect+json" },
        body: Buffer.concat([Buffer.from([0, 0, 0, 0, request.length]), request]),
      },
    );
    gateway.process.kill("SIGTERM");
    expect(await stream.text()).toMatch(/"opening".*"code":"unavailable"/s);
    expect(await gateway.ended).toBe("0");
    expect(gateway.output()).toContain('"msg":"ended"');
  });

  it.each<[string, string[], Record<string, string>, RegExp]>([
    ["no backend", ["egress"], {}, /--backend.*not specified/],
    ["a bad URL", ["ingress", "--upstream", "ftp://x"], {}, /begins with http/],
    ["a password", ["ingress", "--upstream", "http://u:p@x"], {}, /without a password/],
    ["two sources", ["ingress", "--upstream", "http://x", "--replay", "y"], {}, /cannot be used/],
    ["nothing to record", ["ingress", "--record", "x"], {}, /--record needs --upstream/],
    ["no folder", ["ingress", "--replay", "nowhere"], {}, /--replay nowhere: no such folder/],
    ["a bad time", ["ingress"], { STEPWIRE_GATEWAY_IDLE_TIMEOUT: "5" }, /IDLE_TIMEOUT.*30s/],
    ["an unknown option", ["ingress", "--x"], {}, /unknown option '--x'/],
  ])("does not start with %s", async (_name, parameters, environment, say) => {
    for (const [name, value] of Object.entries(environment)) {
      vi.stubEnv(name, value);
    }
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const stdout = collectLog();
    const stderr = collectLog();
    const exitCode = await run(parameters, {
      stdout: stdout.destination,
      stderr: stderr.destination,
      directory: import.meta.dirname,
      signal: new AbortController().signal,
    });
    expect([exitCode, stderr.text()]).toEqual([2, expect.stringMatching(say)]);
  });

  it("issue 11.26: ends without a stack where the system refuses", async () => {
    const stderr = collectLog();
    const exitCode = await run(["ingress", "--host", "a b", "--port", "0"], {
      stdout: collectLog().destination,
      stderr: stderr.destination,
      directory: import.meta.dirname,
      signal: new AbortController().signal,
    });
    expect(exitCode).toBe(1);
    expect(stderr.text()).toMatch(/^stepwire-gateway: getaddrinfo failed: E[A-Z_]+\n$/);
  });
});
