import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { createClient } from "@connectrpc/connect";
import { createTransport } from "@stepwire/connect";
import { RunStepService } from "@stepwire/core";
import { projectRoot } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { createLog } from "../src/log.js";
import { builtInModel } from "../src/model.js";
import { ReplaySource } from "../src/replay/replay-source.js";
import { collectLog, startTestIngress } from "./support/chain.js";
import { sampleIds } from "./support/collect.js";

const { thread_id: threadId, run_id: runId } = sampleIds;

async function startReplay(): Promise<string> {
  const directory = join(import.meta.dirname, "../samples");
  const source = await ReplaySource.open({
    model: builtInModel,
    directory,
    pace: 0,
    maxEventBytes: 2 ** 20,
  });
  const log = createLog("silent", "test", collectLog().destination);
  return (await startTestIngress(source, { log })).url;
}

/** Calls a method with a program that has nothing but the `.proto` files. */
async function bufCurl(
  url: string,
  protocol: string,
  method: string,
  request: object,
): Promise<unknown[]> {
  const { stdout } = await promisify(execFile)(
    join(projectRoot, "node_modules/.bin/buf"),
    [
      "curl",
      "--schema",
      join(projectRoot, "proto"),
      "--protocol",
      protocol,
      // On HTTP/2 at once: gRPC has no other, and nothing negotiates without TLS.
      ...(protocol === "grpc" ? ["--http2-prior-knowledge"] : []),
      "--data",
      JSON.stringify(request),
      `${url}/stepwire.v1.RunStepService/${method}`,
    ],
    { cwd: projectRoot },
  );
  // Objects one behind the other, each over several lines.
  return stdout
    .trim()
    .split(/\n(?=\{)/)
    .map((json): unknown => JSON.parse(json));
}

describe.each(["connect", "grpc", "grpcweb"])("buf curl over %s, from the schema alone", (name) => {
  it("gets, lists and streams", { timeout: 60_000 }, async () => {
    const url = await startReplay();
    const list = { threadId, runId, limit: 1, order: "SORT_ORDER_ASC" };
    const [page] = await bufCurl(url, name, "ListRunSteps", list);
    expect(page).toMatchObject({
      runSteps: {
        data: [{ id: "step_sample_7a", status: "RUN_STATUS_COMPLETED" }],
        hasMore: true,
      },
    });
    const get = { threadId, runId, stepId: "step_sample_7b" };
    const [step] = await bufCurl(url, name, "GetRunStep", get);
    expect(step).toMatchObject({
      runStep: { stepDetails: { messageCreation: { messageId: "msg_sample_7" } } },
    });
    const start = { createRun: { threadId, body: '{"stream":true}' } };
    const responses = await bufCurl(url, name, "StreamRunEvents", start);
    expect(responses).toHaveLength(60);
    expect(responses.at(-1)).toMatchObject({ event: { done: "[DONE]" }, number: 59 });
  });
});

describe("a generated client over gRPC", () => {
  it("gets, lists and streams", async () => {
    const baseUrl = await startReplay();
    const transport = createTransport({ baseUrl, protocol: "grpc" });
    const client = createClient(RunStepService, transport);
    const { runSteps } = await client.listRunSteps({ threadId, runId });
    expect(runSteps?.data.map(({ id }) => id)).toEqual(["step_sample_7b", "step_sample_7a"]);
    const { runStep } = await client.getRunStep({ threadId, runId, stepId: "step_sample_7a" });
    expect(runStep?.usage?.totalTokens).toBe(385);
    let last = "";
    for await (const { content } of client.streamRunEvents({
      start: { case: "createRun", value: { threadId, body: "{}" } },
    })) {
      last = content.case === "event" ? (content.value.event.case ?? "") : "";
    }
    expect(last).toBe("done");
  });
});
