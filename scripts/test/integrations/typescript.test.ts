import { cpSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { root } from "../../library/command.ts";
import { Project } from "../packages/support/project.ts";
import { typescript } from "../packages/support/types.ts";
import { compareRuns } from "./support/compare.ts";

/** Long: packages are downloaded. */
const timeout = 600_000;

describe("issue 19: TypeScript libraries through an ingress", { timeout }, () => {
  it.each([
    {
      example: "openai-typescript",
      operations: [
        "create_completion",
        "create_completion_stream",
        "create_response",
        "create_response_stream",
        "pass_through",
      ],
      prints: [
        "Größer als 🥐.",
        "response.bakery.warm",
        "sun in Köln",
        '"bytes":12',
        '[404,"model_not_found","req_invented"',
      ],
    },
    {
      example: "ai-sdk",
      operations: [
        "create_completion",
        "create_completion_stream",
        "create_response",
        "create_response_stream",
      ],
      prints: ["Größer als 🥐.", "2 days of sun in Köln", "bakery.chat", "openai.responses"],
    },
    {
      example: "langchain-typescript",
      operations: [
        "create_completion",
        "create_completion_stream",
        "create_response",
        "create_response_stream",
      ],
      prints: ["Größer als 🥐.", "get_weather"],
    },
  ])("$example", async ({ example, operations, prints }) => {
    const project = new Project();
    onTestFinished(() => project.remove(), timeout);
    cpSync(join(root, "examples", example), project.folder, { recursive: true });
    await project.run(`npm install --save-dev ${typescript} @types/node@24`);
    // Its types fit those of the library, too.
    const strict = "--noEmit --strict --skipLibCheck --target es2022 --module nodenext";
    await project.run(`npx tsc ${strict} --types node main.ts`);
    await compareRuns({
      run: (environment) => project.run(`"${process.execPath}" main.ts`, environment),
      operations,
      prints,
    });
    expect(project.has("node_modules/@stepwire/handler/dist/index.js")).toBe(true);
  });
});
