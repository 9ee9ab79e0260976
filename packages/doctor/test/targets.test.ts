import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
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
    const none = createCommandTarget({ command: "stepwire-no-such-command", parameters: [] });
    await expect(all(none, [probe("document/plain")])).rejects.toThrow(TargetError);
  });
});

/** Starts a proxy in front of the upstream of the doctor. */
async function proxy(
  handle: (request: IncomingMessage, response: ServerResponse, upstream: URL) => void,
  probes: readonly Probe[],
): Promise<string[]> {
  let upstream = new URL("http://127.0.0.1");
  const server: Server = createServer((incoming, response) => handle(incoming, response, upstream));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/v1`);
  const target = await createServerTarget({ url, bounds });
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
  response.writeHead(text.includes("oven_closed") ? 502 : 200).end(text.replaceAll(":null", ":0"));
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
    expect(found.at(-1)).toBe("stream/live response refused 0: HTTP 500");
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

  test("that does not run", async () => {
    const other = await createServerTarget({ url: new URL("http://127.0.0.1"), bounds });
    const url = new URL(other.upstream);
    await other.close();
    const target = await createServerTarget({ url, bounds });
    await expect(all(target, [probe("document/plain")])).rejects.toThrow(TargetError);
  });
});
