import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { corpusStreams, describeWithCorpus } from "@stepwire/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLog } from "../src/log.js";
import { ReplaySource } from "../src/replay/replay-source.js";
import {
  collectLog,
  createClient,
  createUpstreamSource,
  startTestEgress,
  startTestIngress,
} from "./support/chain.js";
import { collect, rawEvents, sampleIds, sampleStream, startRun } from "./support/collect.js";
import { startProgram } from "./support/program.js";
import { sendStream, startUpstream } from "./support/upstream.js";

const log = createLog("silent", "test", collectLog().destination);

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-gateway-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Streams once through a recording ingress; gives back what the client got. */
async function record(stream: Uint8Array | string, directory: string): Promise<string> {
  const upstream = await startUpstream((_request, response) => sendStream(response, stream));
  const { source, close } = createUpstreamSource(upstream.url);
  const ingress = await startTestIngress(source, { log, onClose: close, recordInto: directory });
  const egress = await startTestEgress(ingress.url, { log });
  const events = await rawEvents(egress.url);
  const metrics = await (await fetch(`${ingress.url}/metrics`)).text();
  expect(metrics).not.toContain('kind="recording_failed"');
  return events;
}

async function startReplay(directory: string): Promise<string> {
  const source = await ReplaySource.open({ directory, pace: 0, maxEventBytes: 2 ** 20 });
  const ingress = await startTestIngress(source, { log });
  return (await startTestEgress(ingress.url, { log })).url;
}

describe("a recording", () => {
  it("is an archive that stepwire unpack reads", { timeout: 20_000 }, async () => {
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
    expect(text()).toContain("a recording failed");
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

describeWithCorpus("recording and replaying", () => {
  const streams = corpusStreams().filter(({ name }) =>
    /\/(004|014|016|017|018|020|024)-/.test(name),
  );

  it.each(streams)("gives back $name", async ({ bytes }) => {
    const directory = createFolder();
    const streamed = await record(bytes, directory);
    const source = await ReplaySource.open({ directory, pace: 0, maxEventBytes: 2 ** 20 });
    const [run] = source.runs;
    const ingress = await startTestIngress(source, { log });
    const openai = createClient((await startTestEgress(ingress.url, { log })).url);
    const body = { assistant_id: "asst_1" };
    const { threads } = openai.beta;
    const threadId = run?.threadId ?? "";
    const start = {
      create_run: () => startRun(openai, threadId),
      create_thread_and_run: () => threads.createAndRunStream(body),
      submit_tool_outputs: () =>
        threads.runs.submitToolOutputsStream(run?.runId ?? "", {
          thread_id: threadId,
          tool_outputs: [],
        }),
    }[run?.start ?? "create_run"];
    const upstream = await startUpstream((_request, response) => sendStream(response, streamed));
    const direct = createClient(upstream.url.replace("/v1", ""));
    expect(await collect(start())).toEqual(await collect(startRun(direct)));
  });
});
