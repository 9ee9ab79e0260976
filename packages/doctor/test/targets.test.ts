import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import {
  createCommandTarget,
  createLinesTarget,
  createServerTarget,
  createSuite,
  examine,
  type Probe,
  type ProbeResult,
  probeId,
  type Target,
  TargetError,
} from "../src/index.js";

const chat = createSuite(["chat"]);
const bounds = { timeout: 20_000, maxBytes: 16 * 1024 * 1024, patience: 60 };
const lossy = {
  command: process.execPath,
  parameters: [join(import.meta.dirname, "support/lossy.ts")],
};

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) {
    await close();
  }
});

function probe(id: string): Probe {
  const found = chat.find((each) => probeId(each) === `chat/${id}`);
  expect(found).toBeDefined();
  return found ?? missing();
}

function missing(): never {
  throw new TypeError("no such probe");
}

async function all(target: Target, probes: readonly Probe[]): Promise<ProbeResult[]> {
  closers.push(() => target.close());
  const results: ProbeResult[] = [];
  for await (const result of examine(target, probes)) {
    results.push(result);
  }
  return results;
}

function lines(results: readonly ProbeResult[]): string[] {
  return results.flatMap(({ probe: { form, name }, findings, skipped }) =>
    skipped === undefined
      ? findings.map(
          ({ kind, side, event, pointer, what }) =>
            `${form}/${name} ${side} ${kind} ${event ?? ""}${pointer}: ${what}`,
        )
      : [`${form}/${name} skipped: ${skipped}`],
  );
}

describe("a command", () => {
  test("for many probes: JSON.parse and JSON.stringify lose numbers and duplicates", async () => {
    const names = [
      "plain",
      "numbers",
      "duplicates",
      "empty",
      "characters",
      "long",
      "deep",
      "integers-known",
    ];
    const probes = [...names.map((name) => probe(`document/${name}`)), probe("stream/live")];
    expect(lines(await all(createLinesTarget(lossy, bounds), probes))).toEqual([
      "document/numbers response changed /x_probe/1: an integer became another number",
      "document/numbers response changed /x_probe/2: a number became null",
      "document/numbers response changed /x_probe/3: a number became another",
      "document/numbers response changed /x_probe/4: a number became another",
      "document/numbers response changed /x_probe/6: a number became another",
      "document/duplicates response lost /x_probe: a duplicate member",
      "document/empty skipped: the command has no such type",
      "document/long response refused : too long",
      "document/deep response refused : the command ended",
      "document/integers-known response changed /created: an integer became another number",
      "document/integers-known response changed /usage/total_tokens: an integer became another number",
      "stream/live skipped: with --lines, a command gets the whole stream at once",
    ]);
  });

  test("for each probe: events that pass at once, and those that are held back", async () => {
    const script = (code: string) => ({ command: process.execPath, parameters: ["-e", code] });
    const live = [probe("stream/live")];
    const passing = createCommandTarget(script("process.stdin.pipe(process.stdout)"), {
      ...bounds,
      patience: 10_000,
    });
    expect(lines(await all(passing, live))).toEqual([]);
    const holding = createCommandTarget(
      script("process.stdin.toArray().then((all) => process.stdout.write(Buffer.concat(all)))"),
      bounds,
    );
    expect(lines(await all(holding, live))).toEqual(
      [0, 1, 2, 3, 4].map(
        (event) =>
          `stream/live response delayed ${event}: did not arrive before the next one was sent`,
      ),
    );
  });

  test("that fails, hangs, writes too much or does not exist", async () => {
    const run = async (code: string, changes = {}): Promise<string[]> =>
      lines(
        await all(
          createCommandTarget(
            { command: process.execPath, parameters: ["-e", code] },
            { ...bounds, ...changes },
          ),
          [probe("document/plain")],
        ),
      );
    expect(await run("process.exit(7)")).toEqual(["document/plain response refused : exit code 7"]);
    expect(await run("setInterval(() => {}, 1000)", { timeout: 300 })).toEqual([
      "document/plain response refused : no answer within 300 ms",
    ]);
    const started = 'require("child_process").spawnSync("sleep", ["60"], { stdio: "inherit" })';
    expect(await run(started, { timeout: 300 })).toEqual([
      "document/plain response refused : no answer within 300 ms",
    ]);
    expect(await run("process.stdout.write('x'.repeat(9999))", { maxBytes: 1000 })).toEqual([
      "document/plain response refused : more than 1000 bytes",
    ]);
    const left = `${started.replace("spawnSync", "spawn")}.unref(); process.exit()`;
    expect(await run(left, { timeout: 300 })).toEqual([
      "document/plain response refused : no answer within 300 ms",
    ]);
    const none = createCommandTarget({ command: "stepwire-no-such-command", parameters: [] });
    await expect(all(none, [probe("document/plain")])).rejects.toThrow(TargetError);
  });

  test("that fails always does not pass the probes that it may refuse", async () => {
    const failing = createCommandTarget(
      { command: "sh", parameters: ["-c", "cat >&2; exit 1"] },
      bounds,
    );
    const results = await all(failing, [
      probe("document/duplicates"),
      probe("stream/early-end"),
      probe("stream/cut-event"),
    ]);
    expect(lines(results)).toEqual([
      "document/duplicates response refused : exit code 1",
      "stream/early-end response lost 0: an event",
      "stream/early-end response lost 1: an event",
      "stream/cut-event response lost 0: an event",
      "stream/cut-event response lost 1: an event",
    ]);
    expect(results[0]?.findings[0]?.received).toContain("tool_calls");
  });

  test("with a time limit shorter than the patience is not refused", async () => {
    const holding = createCommandTarget(
      { command: "sh", parameters: ["-c", "x=$(cat); printf '%s\\n\\n' \"$x\""] },
      { ...bounds, timeout: 3000, patience: 60_000 },
    );
    const kinds = (await all(holding, [probe("stream/live")]))[0]?.findings.map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(["delayed"]));
  });

  test("for many probes ends when there are no more, or is ended", async () => {
    const stubborn = "require('fs').readSync(0, Buffer.alloc(1)); console.log('{}'); for (;;);";
    const target = createLinesTarget({ command: process.execPath, parameters: ["-e", stubborn] });
    expect(lines(await all(target, [probe("document/plain")]))).toHaveLength(1);
    await target.close();
    const endless = createLinesTarget(
      { command: "sh", parameters: ["-c", "yes | tr -d '\\n'"] },
      { ...bounds, maxBytes: 1000 },
    );
    expect(lines(await all(endless, [probe("document/plain")]))).toEqual([
      "document/plain response refused : more than 1000 bytes",
    ]);
  });

  test("no finding hides others of another kind", async () => {
    const code =
      "process.stdin.toArray().then((all) => { console.log(JSON.stringify({ x: 1 })); process.exit(0); })";
    const target = createCommandTarget({ command: process.execPath, parameters: ["-e", code] });
    closers.push(() => target.close());
    const small = { maxFindings: 1, maxDepth: 1000 };
    for await (const { findings, isCut } of examine(target, [probe("document/plain")], {
      bounds: small,
    })) {
      expect(findings.map(({ kind }) => kind)).toEqual(["lost", "added"]);
      expect(isCut).toBe(true);
    }
  });
});

/** Starts a proxy in front of the upstream of the doctor. */
async function proxy(
  handle: (request: IncomingMessage, response: ServerResponse, upstream: URL) => void,
  probes: readonly Probe[],
  { path = "/v1", headers = {} } = {},
): Promise<string[]> {
  let upstream = new URL("http://127.0.0.1");
  const server: Server = createServer((incoming, response) => handle(incoming, response, upstream));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const url = new URL(path, `http://127.0.0.1:${port}`);
  const target = await createServerTarget({ url, headers, bounds });
  upstream = new URL(target.upstream);
  return lines(await all(target, probes));
}

function pass(incoming: IncomingMessage, response: ServerResponse, upstream: URL): void {
  const { method, url = "", headers } = incoming;
  const outgoing = request(new URL(url, upstream), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.on("error", () => response.destroy());
    answer.pipe(response);
  });
  outgoing.on("error", () => response.destroy());
  incoming.pipe(outgoing);
}

/** Parses the body, and sends all at once. */
async function rewrite(
  incoming: IncomingMessage,
  response: ServerResponse,
  upstream: URL,
): Promise<void> {
  if (incoming.url !== "/v1/chat/completions") {
    response.writeHead(404).end();
    return;
  }
  const { x_probe: _dropped, ...body } = JSON.parse(
    Buffer.concat(await incoming.toArray()).toString(),
  );
  const answer = await fetch(new URL(incoming.url, upstream), {
    method: "POST",
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  const head = { "content-type": answer.headers.get("content-type") ?? "" };
  response
    .writeHead(text.includes("oven_closed") ? 502 : 200, head)
    .end(text.replaceAll(":null", ":0"));
}

describe("a server", () => {
  test("that passes everything on has no finding", async () => {
    const probes = chat.filter(({ name }) => !["many-events", "long", "long-event"].includes(name));
    expect(await proxy(pass, probes)).toEqual([]);
  });

  test("that parses, waits and refuses", async () => {
    const probes = [
      probe("document/nulls"),
      probe("document/odd-enums"),
      probe("stream/live"),
      probe("request/integers"),
    ];
    const found = await proxy((...all) => void rewrite(...all), probes);
    expect(found.slice(0, 3)).toEqual([
      "document/nulls response changed /choices/0/message/content: null became a number",
      "document/nulls response changed /choices/0/message/refusal: null became a number",
      "document/nulls response changed /choices/0/logprobs: null became a number",
    ]);
    expect(found).toContain("document/odd-enums response refused : HTTP 502");
    expect(found).toContain(
      "stream/live response delayed 0: did not arrive before the next one was sent",
    );
    expect(found.slice(-2)).toEqual([
      "request/integers request changed /seed: an integer became another number",
      "request/integers request lost /x_probe: a list",
    ]);
  });

  test("that gives up while the upstream waits for it", async () => {
    const found = await proxy(
      (incoming, response, upstream) => {
        const outgoing = request(new URL(incoming.url ?? "", upstream), { method: "POST" }, () => {
          response.writeHead(500).end();
        });
        outgoing.on("error", () => {});
        incoming.pipe(outgoing);
      },
      [probe("stream/live")],
    );
    expect(found[0]).toBe("stream/live response refused 0: HTTP 500");
  });

  test("that has no such endpoint, or does not use the upstream", async () => {
    const [document] = createSuite(["responses"]);
    const found = await proxy((...all) => void rewrite(...all), [document ?? missing()]);
    expect(found).toEqual(["document/plain skipped: the server has no such endpoint"]);
    const own = await proxy(
      (_request, response) => void response.writeHead(500).end(),
      [probe("document/plain"), probe("request/plain")],
    );
    expect(own).toEqual([
      "document/plain response refused : HTTP 500",
      "request/plain request refused : HTTP 500",
    ]);
  });

  test("that asks twice, elsewhere, or answers with something else", async () => {
    const found = await proxy(
      (incoming, response, upstream) =>
        void (async () => {
          const body = Buffer.concat(await incoming.toArray());
          const url = new URL(incoming.url ?? "", upstream);
          const ask = (method = "POST", address = url): Promise<Response> =>
            fetch(address, { method, body });
          if (body.includes('"stream":true')) {
            await ask("PUT", new URL("/v1/else?key=secret", url));
          } else {
            await (await ask()).text();
            await ask();
          }
          const isStream = body.includes('"stream":true');
          response.writeHead(201, { "content-type": isStream ? "text/plain" : "application/json" });
          const answer = isStream ? Buffer.concat(probe("stream/plain").chunks) : "";
          response.end(isStream ? answer : Buffer.concat(probe("document/plain").chunks));
        })(),
      [probe("document/plain"), probe("stream/plain")],
    );
    expect(found).toEqual([
      "document/plain response changed : HTTP 200 became HTTP 201",
      "document/plain request doubled : the upstream was asked 2 times",
      "stream/plain response changed : HTTP 200 became HTTP 201",
      "stream/plain response changed : the media type text/event-stream became text/plain",
      "stream/plain request changed : POST /chat/completions became PUT /v1/else",
    ]);
  });

  test("that compresses its request, and has a query and a prefix in its URL", async () => {
    const requests: string[] = [];
    const found = await proxy(
      (incoming, response, upstream) =>
        void (async () => {
          const { authorization, ...rest } = incoming.headers;
          requests.push(`${incoming.url} ${authorization} ${rest["openai-beta"]}`);
          const answer = await fetch(new URL("/v1/chat/completions", upstream), {
            method: "POST",
            headers: { "content-encoding": "gzip" },
            body: gzipSync(Buffer.concat(await incoming.toArray())),
          });
          response.writeHead(200, { "content-type": "application/json" }).end(await answer.text());
        })(),
      [probe("request/plain")],
      { path: "/a/v1/?api-version=1", headers: { Authorization: "Bearer KEY" } },
    );
    expect(found).toEqual([]);
    expect(requests).toEqual(["/a/v1/chat/completions?api-version=1 Bearer KEY assistants=v2"]);
  });

  test("that has another upstream is asked once only", async () => {
    let count = 0;
    const asked = proxy(
      (_request, response) => {
        count++;
        response.end("{}");
      },
      [probe("document/plain"), probe("document/nulls")],
      { path: "/v1?api-key=SECRET" },
    );
    await expect(asked).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:\d+\/v1: answers, but did not ask the doctor/,
    );
    expect(count).toBe(1);
    const url = new URL("http://bob:pa55@localhost/v1");
    await expect(createServerTarget({ url })).rejects.toThrow(/URL with credentials/);
  });

  test("that does not run", async () => {
    const other = await createServerTarget({ url: new URL("http://127.0.0.1"), bounds });
    const url = new URL(other.upstream);
    await other.close();
    const target = await createServerTarget({ url, bounds });
    await expect(all(target, [probe("document/plain")])).rejects.toThrow(TargetError);
  });
});
