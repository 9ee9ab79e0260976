import { execFileSync } from "node:child_process";
import {
  createReadStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DocumentSchema } from "@stepwire/core";
import {
  corpusStreams,
  createFolder,
  describeWithCorpus,
  startGateway,
  startProgram,
} from "@stepwire/testing";
import { ArchiveWriter, documentContent, readArchive } from "@stepwire/wire";
import { zstdCodec } from "@stepwire/wire/compressed";
import { describe, expect, it } from "vitest";
import { createLog } from "../src/log.js";
import { builtInModel } from "../src/model.js";
import { ReplaySource } from "../src/replay/replay-source.js";
import { Counter } from "./support/api-routes.js";
import {
  collectLog,
  createClient,
  createUpstreamSource,
  startTestEgress,
  startTestIngress,
} from "./support/chain.js";
import {
  collect,
  rawEvents,
  sampleIds,
  sampleStream,
  startRun,
  writtenAnew,
} from "./support/collect.js";
import { ResponseScript } from "./support/response-script.js";
import { sendStream, startUpstream } from "./support/upstream.js";

const log = createLog("silent", "test", collectLog().destination);

/** Streams once through a recording ingress; gives back what the client got. */
async function record(
  stream: Uint8Array | string,
  directory: string,
  path?: string,
): Promise<string> {
  const upstream = await startUpstream((_request, response) => sendStream(response, stream));
  const { source, close } = createUpstreamSource(upstream.url);
  const ingress = await startTestIngress(source, { log, onClose: close, recordInto: directory });
  const egress = await startTestEgress(ingress.url, { log });
  const events = await rawEvents(egress.url, undefined, path);
  const metrics = await (await fetch(`${ingress.url}/metrics`)).text();
  expect(metrics).not.toContain('kind="recording_failed"');
  return events;
}

async function startReplay(directory: string): Promise<string> {
  const source = await ReplaySource.open({
    model: builtInModel,
    directory,
    pace: 0,
    maxEventBytes: 2 ** 20,
  });
  const ingress = await startTestIngress(source, { log });
  return (await startTestEgress(ingress.url, { log })).url;
}

describe("a recording", () => {
  it("is an archive that stepwire unpack reads", { timeout: 60_000 }, async () => {
    const directory = createFolder();
    await record(sampleStream, directory);
    const [name = ""] = readdirSync(directory);
    expect(name).toMatch(/^\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{8}\.pb$/);
    expect(statSync(join(directory, name)).mode & 0o077).toBe(0);
    const unpack = startProgram("packages/cli/src/main.ts", ["unpack", join(directory, name)]);
    expect(await unpack.ended).toBe("0");
    const lines = unpack.output().trimEnd().split("\n");
    const events = [...sampleStream.matchAll(/event: (.*)\ndata: (.*)\n/g)];
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(
      events.map(([, event, data = ""]) => ({
        event,
        data: data === "[DONE]" ? data : (JSON.parse(data) as unknown),
      })),
    );
  });

  it("is replayed from an archive with a header, which may be compressed", async () => {
    const directory = createFolder();
    const live = await record(sampleStream, directory);
    const [name = ""] = readdirSync(directory);
    const recording = join(directory, name);
    const writer = new ArchiveWriter("stepwire.v1.Document", { codec: zstdCodec });
    const parts: Uint8Array[] = [];
    for await (const { bytes } of readArchive(createReadStream(recording))) {
      parts.push(writer.write([bytes]));
    }
    writeFileSync(recording, Buffer.concat([...parts, writer.end()]));
    expect(await rawEvents(await startReplay(directory))).toBe(live);
  });

  it("is replayed from archives of several types, without what is no event", async () => {
    const directory = createFolder();
    const live = await record(sampleStream, directory);
    const recording = join(directory, readdirSync(directory)[0] ?? "");
    const documents: Uint8Array[] = [];
    for await (const { bytes } of readArchive(createReadStream(recording))) {
      documents.push(bytes);
    }
    const events = documents.map((bytes) =>
      bytes.subarray(documentContent(DocumentSchema, bytes).start),
    );
    const archives: readonly (readonly [string, readonly Uint8Array[]])[] = [
      ["stepwire.v1.Document", documents.slice(0, 5)],
      // They would be events if they were of the first type.
      ["acme.v1.Other", documents],
      ["stepwire.v1.StreamEvent", events.slice(5)],
    ];
    const parts = archives.flatMap(([type, all]) => {
      const writer = new ArchiveWriter(type);
      return [writer.write(all), writer.end()];
    });
    writeFileSync(recording, Buffer.concat(parts));
    expect(await rawEvents(await startReplay(directory))).toBe(live);
  });

  it("is replayed, event for event, and its steps can be looked up", async () => {
    const directory = createFolder();
    const streamed = await record(sampleStream, directory);
    const url = await startReplay(directory);
    expect(await rawEvents(url)).toBe(streamed);
    const { steps } = createClient(url).beta.threads.runs;
    const ids = { ...sampleIds, limit: 1 };
    const listed: string[] = [];
    for await (const { id } of steps.list(ids.run_id, { ...ids, order: "asc" })) {
      listed.push(id);
    }
    expect(listed).toEqual(["step_sample_7a", "step_sample_7b"]);
    const step = await steps.retrieve("step_sample_7a", sampleIds);
    expect(step.status).toBe("completed");
    await expect(steps.retrieve("step_x", sampleIds)).rejects.toMatchObject({ status: 404 });
    await expect(steps.list("run_x", ids)).rejects.toMatchObject({ status: 404 });
    await expect(steps.list(ids.run_id, { ...ids, limit: 0 })).rejects.toMatchObject({
      status: 400,
      param: "limit",
    });
    await expect(steps.list(ids.run_id, { ...ids, after: "step_x" })).rejects.toMatchObject({
      status: 400,
      param: "after",
    });
  });

  it("is replayed, and its run and message can be looked up, but not changed", async () => {
    const directory = createFolder();
    await record(sampleStream, directory);
    const url = await startReplay(directory);
    const { threads } = createClient(url).beta;
    const { thread_id, run_id } = sampleIds;
    const run = await threads.runs.retrieve(run_id, { thread_id });
    expect(run).toMatchObject({ id: run_id, status: "completed", usage: { total_tokens: 814 } });
    expect((await threads.runs.list(thread_id)).data).toEqual([run]);
    const [message] = (await threads.messages.list(thread_id)).data;
    expect(message).toMatchObject({ id: "msg_sample_7", status: "completed" });
    expect(await threads.messages.retrieve("msg_sample_7", { thread_id })).toEqual(message);
    const refused = { status: 405, code: "replay_only" };
    await expect(threads.runs.cancel(run_id, { thread_id })).rejects.toMatchObject(refused);
    await expect(threads.create()).rejects.toMatchObject(refused);
    await expect(threads.delete(thread_id)).rejects.toMatchObject(refused);
    await expect(threads.retrieve(thread_id)).rejects.toMatchObject({ status: 404 });
  });

  it("of a response is replayed, and the response can be looked up", async () => {
    const directory = createFolder();
    const script = new ResponseScript(new Counter(), { input: "größer?" });
    const stream = script.stream().join("");
    await record(stream, directory, "/v1/responses");
    const { responses } = createClient(await startReplay(directory));
    const events: unknown[] = [];
    for await (const event of await responses.create({ input: "?", stream: true })) {
      events.push(event);
    }
    const payloads = [...stream.matchAll(/^data: (.*)$/gm)].map(([, json = ""]) => json);
    expect(events).toEqual(payloads.map((json): unknown => JSON.parse(json)));
    expect(await responses.retrieve(script.id)).toMatchObject(script.item);
    await expect(responses.retrieve("resp_x")).rejects.toMatchObject({ status: 404 });
    await expect(responses.cancel(script.id)).rejects.toMatchObject({ status: 405 });
    await expect(responses.retrieve(script.id, { stream: true })).rejects.toMatchObject({
      status: 404,
    });
  });

  it("of a response is among the samples that are replayed without an upstream", async () => {
    const samples = join(import.meta.dirname, "../samples");
    const { responses } = createClient(await startReplay(samples));
    const stream = responses.stream({ model: "baker-5", input: "When?" });
    const final = await stream.finalResponse();
    expect(final.output_text).toBe("Bake the croissants at 6:00, the rye loaves at 7:15.");
    expect(final).toMatchObject(await responses.retrieve(final.id));
  });

  it("that fails is given up and counted; the stream goes on", async () => {
    const directory = join(createFolder(), "recordings");
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, sampleStream),
    );
    const { source, close } = createUpstreamSource(upstream.url);
    const { destination, text } = collectLog();
    const ingress = await startTestIngress(source, {
      log: createLog("info", "ingress", destination),
      onClose: close,
      recordInto: directory,
    });
    rmSync(directory, { recursive: true });
    const egress = await startTestEgress(ingress.url, { log });
    expect(await rawEvents(egress.url)).toContain("event: done");
    const metrics = await (await fetch(`${ingress.url}/metrics`)).text();
    expect(metrics).toMatch(
      /^stepwire_gateway_incidents_total\{kind="recording_failed",role="ingress"\} 1$/m,
    );
    expect(text()).toMatch(/"file":"[0-9TZ.]+-[0-9a-f]{8}\.pb".*"msg":"a recording failed"/);
  });

  it("that ends in the middle of an event is replayed up to there, then fails", async () => {
    const directory = createFolder();
    const whole = await record(sampleStream, directory);
    const path = join(directory, readdirSync(directory)[0] ?? "");
    writeFileSync(path, readFileSync(path).subarray(0, -500));
    const replayed = await rawEvents(await startReplay(directory));
    const [events = "", error] = replayed.split("event: error");
    expect(whole.startsWith(events)).toBe(true);
    expect(events.length).toBeGreaterThan(1000);
    expect(error).toContain('{"error":');
  });
});

describe("a folder of recordings", () => {
  const good = (folder: string): void => writeFileSync(join(folder, "good.sse"), sampleStream);
  const metric =
    /^stepwire_gateway_incidents_total\{kind="replay_file_skipped",role="ingress"\} (\d+)$/m;

  it("issue 11.26: with bad files: each is named, skipped and counted", {
    timeout: 60_000,
  }, async () => {
    const write =
      (content: string) =>
      (path: string): void =>
        writeFileSync(path, content, "latin1");
    const bad: Readonly<Record<string, (path: string) => void>> = {
      "archive-of-something-else.pb": write("\x03\xff\xff\xff"),
      "archive-of-text.pb": write("hello, world\n".repeat(99)),
      "archive-with-a-bad-event.pb": write("\x04\x32\x02\x08\xff"),
      "empty-archive.pb": write(""),
      "no-stream.sse": write("event: x\ndata: \xff\n\n"),
      "folder.pb": (path) => mkdirSync(path),
      "pipe.pb": (path) => execFileSync("mkfifo", [path]),
      "pipe-of-events.sse": (path) => execFileSync("mkfifo", [path]),
      "link-to-nowhere.pb": (path) => symlinkSync("nowhere", path),
      "link-to-itself.pb": (path) => symlinkSync("link-to-itself.pb", path),
      "device.pb": (path) => symlinkSync("/dev/zero", path),
    };
    const folder = createFolder();
    good(folder);
    for (const [file, make] of Object.entries(bad)) {
      make(join(folder, file));
    }
    const gateway = await startGateway(["ingress", "--port", "0", "--replay", folder]);
    for (const file of Object.keys(bad)) {
      expect(gateway.output()).toMatch(new RegExp(`"level":40.*"file":"${file}","reason":"[^"]+"`));
    }
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metric.exec(metrics)?.[1]).toBe(String(Object.keys(bad).length));
    const { url } = await startTestEgress(gateway.url, { log });
    expect(await rawEvents(url)).toBe(writtenAnew);
  });

  it("issue 11.26: of which none can be read does not start, and says so", {
    timeout: 60_000,
  }, async () => {
    const folder = createFolder();
    writeFileSync(join(folder, "bad.pb"), "hello");
    const program = startProgram("apps/gateway/src/main.ts", ["ingress", "--replay", folder]);
    expect(await program.ended).toBe("2");
    expect(program.output()).toMatch(/bad\.pb/);
    expect(program.output()).toMatch(/no archive .* that can be read/);
    expect(program.output()).not.toMatch(/^\s+at /m);
  });

  it("issue 11.26: whose file becomes unreadable while it is served: an error to the client", async () => {
    const folder = createFolder();
    good(folder);
    const url = await startReplay(folder);
    rmSync(join(folder, "good.sse"));
    execFileSync("mkfifo", [join(folder, "good.sse")]);
    expect(await rawEvents(url)).toContain('{"error":');
  });

  it.each<[string, (folder: string) => string]>([
    [
      "a file",
      (folder) => {
        writeFileSync(join(folder, "file"), "");
        return join(folder, "file");
      },
    ],
    [
      "a path through a file",
      (folder) => {
        writeFileSync(join(folder, "file"), "");
        return join(folder, "file", "below");
      },
    ],
    ["a device", () => "/dev/null"],
  ])(
    "issue 11.26: --record onto %s does not start, and names it",
    { timeout: 60_000 },
    async (_name, make) => {
      const path = make(createFolder());
      const parameters = ["ingress", "--port", "0", "--upstream", "http://127.0.0.1:9"];
      const program = startProgram("apps/gateway/src/main.ts", [...parameters, "--record", path]);
      expect(await program.ended).toBe("2");
      expect(program.output()).toContain(`--record ${path}: `);
      expect(program.output()).not.toMatch(/^\s+at /m);
    },
  );
});

describeWithCorpus("recording and replaying", () => {
  const streams = corpusStreams().filter(({ name }) =>
    /\/(004|014|016|017|018|020|024)-/.test(name),
  );

  it.each(streams)("gives back $name", async ({ bytes }) => {
    const directory = createFolder();
    const streamed = await record(bytes, directory);
    const source = await ReplaySource.open({
      model: builtInModel,
      directory,
      pace: 0,
      maxEventBytes: 2 ** 20,
    });
    const [recording] = source.recordings;
    const ingress = await startTestIngress(source, { log });
    const openai = createClient((await startTestEgress(ingress.url, { log })).url);
    const body = { assistant_id: "asst_1" };
    const { threads } = openai.beta;
    const threadId = recording?.identifiers.get("thread_id") ?? "";
    const starts = new Map([
      ["create_run", () => startRun(openai, threadId)],
      ["create_thread_and_run", () => threads.createAndRunStream(body)],
      [
        "submit_tool_outputs",
        () =>
          threads.runs.submitToolOutputsStream(recording?.identifiers.get("run_id") ?? "", {
            thread_id: threadId,
            tool_outputs: [],
          }),
      ],
    ]);
    const start = starts.get(recording?.operation ?? "") ?? expect.unreachable("no operation");
    const upstream = await startUpstream((_request, response) => sendStream(response, streamed));
    const direct = createClient(upstream.url.replace("/v1", ""));
    expect(await collect(start())).toEqual(await collect(startRun(direct)));
  });
});
