import { beforeAll, describe, expect, it, onTestFinished, test } from "vitest";
import { missingTool, pythonTool, rustTool } from "../../library/tools.ts";
import { Project } from "../packages/support/project.ts";
import { Terminals } from "../support/terminal.ts";
import { findPort } from "../support/tutorial.ts";
import { canonical, compareRuns } from "./support/compare.ts";
import { startIngress } from "./support/ingress.ts";
import { buildWheel, installPythonExample } from "./support/python.ts";
import { startUpstream } from "./support/upstream.ts";

/** Long: Wasmtime is compiled, and packages are downloaded. */
const timeout = 1_800_000;

describe("issue 19: Python libraries through an ingress", { timeout }, async () => {
  const missing = await missingTool([pythonTool, rustTool]);
  if (missing !== undefined) {
    console.log(`SKIPPED: integrations in Python: ${missing}`);
    test.skipIf(process.env["CI"] !== "true")(missing, () => expect.fail(missing));
    return;
  }
  beforeAll(buildWheel, timeout);

  it("openai: documents, streams, tools, uploads, errors, retries, timeouts and aborts", async () => {
    await compare("openai-python", {
      operations: [
        "create_completion",
        "create_completion_stream",
        "create_response_stream",
        "pass_through",
      ],
      prints: [
        "Größer als 🥐.",
        "12345678901234567890",
        "response.bakery.warm",
        "Köln",
        '"bytes":12',
        "404 model_not_found req_invented",
        "Request timed out.",
      ],
    });
  });

  it("langchain-openai: documents, streams, tools and Responses", async () => {
    await compare("langchain-python", {
      operations: [
        "create_completion",
        "create_completion_stream",
        "create_response",
        "create_response_stream",
      ],
      prints: ["Größer als 🥐.", "AIMessageChunk", "Köln"],
    });
  });

  it("LiteLLM as the upstream: what it sends is what the client gets", async () => {
    const upstream = await startUpstream();
    onTestFinished(() => upstream.close());
    const project = new Project();
    onTestFinished(() => project.remove(), timeout);
    await installPythonExample(project, "litellm");
    const proxy = await startLitellm(project, upstream.url);
    const ingress = await startIngress(proxy);
    onTestFinished(() => ingress.close());
    const print = async (environment: Readonly<Record<string, string>>): Promise<string[]> => {
      const common = { OPENAI_API_KEY: "key-of-nobody", OPENAI_MODEL: "crumb-1" };
      const variables = { ...common, ...environment };
      return printed(await project.run(".venv/bin/python main.py", variables));
    };
    const unchanged = await print({ OPENAI_BASE_URL: upstream.url });
    const fromProxy = await print({ OPENAI_BASE_URL: proxy });
    upstream.take();
    const through = await print({ OPENAI_BASE_URL: proxy, STEPWIRE_INGRESS: ingress.url });
    expect(through).toEqual(fromProxy);
    expect(upstream.take()).toHaveLength(2);
    expect(ingress.take()).toEqual(["create_completion", "create_completion_stream"]);
    // What the README says that the proxy changes.
    const has = (lines: readonly string[], text: string): boolean => lines.join("").includes(text);
    for (const dropped of ['"x_region":null', '"logprobs":null']) {
      expect([has(unchanged, dropped), has(fromProxy, dropped)]).toEqual([true, false]);
    }
    expect([unchanged, fromProxy].map((lines) => has(lines, "provider_specific"))).toEqual([
      false,
      true,
    ]);
  });
});

/** Returns lines in a form that can be compared: LiteLLM sets the time of each chunk to now. */
function printed(output: string): string[] {
  return output
    .split("\n")
    .map((line) => canonical(line.replace(/^data: /, "").replace(/"created":\d+/, '"created":0')));
}

/** Starts a LiteLLM proxy in front of an upstream until the end of the test. Returns its URL. */
async function startLitellm(project: Project, upstream: string): Promise<string> {
  await project.run("python3 -m venv proxy");
  // Python compiles modules on import; pip would compile all of them, which takes minutes.
  const install = "proxy/bin/pip install --quiet --no-compile";
  await project.run(`${install} --requirement requirements-proxy.txt`);
  const terminals = new Terminals(project.folder, {
    ...project.environment,
    UPSTREAM_URL: upstream,
    UPSTREAM_KEY: "key-of-the-upstream",
    // Without it, the proxy first asks the internet for prices.
    LITELLM_LOCAL_MODEL_COST_MAP: "True",
  });
  onTestFinished(() => terminals.close());
  const port = await findPort();
  const options = `--config config.yaml --host 127.0.0.1 --port ${port}`;
  const server = terminals.serve(`proxy/bin/litellm ${options}`);
  const isReady = (): boolean => server.printed().includes("Uvicorn running");
  await expect.poll(() => isReady() || server.hasEnded(), { timeout: 180_000 }).toBe(true);
  expect(server.hasEnded(), server.printed()).toBe(false);
  return `http://127.0.0.1:${port}/v1`;
}

/** Compares the runs of an example. */
async function compare(
  name: string,
  expected: { readonly operations: string[]; readonly prints: string[] },
): Promise<void> {
  const project = new Project();
  onTestFinished(() => project.remove(), timeout);
  await installPythonExample(project, name);
  await compareRuns({
    run: (environment) => project.run(".venv/bin/python main.py", environment),
    ...expected,
  });
}
