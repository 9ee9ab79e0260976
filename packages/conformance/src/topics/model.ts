import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { documentTables, editTables } from "@stepwire/testing";
import type { JsonInput, Topic } from "../topic.js";

const samples = join(import.meta.dirname, "../../../../samples");

const names: Readonly<Record<string, string>> = {
  RunStep: "RunStep",
  RunStepDelta: "RunStepDelta",
  RunStepList: "RunStepList",
  StreamEvent: "StreamEvent",
  RunStepDocument: "Document",
};

/** The cases of the engine suite that are about the run-step model. */
function suiteInputs(): readonly JsonInput[] {
  return Object.entries({ ...documentTables, ...editTables }).flatMap(([subject, cases]) =>
    cases.flatMap((each) => {
      const schema = names[each.schema];
      const limits = "limits" in each ? { limits: each.limits } : {};
      return schema === undefined
        ? []
        : [{ name: `${subject}: ${each.name}`, schema, json: each.json, ...limits }];
    }),
  );
}

/** The project's samples. */
function sampleInputs(): readonly JsonInput[] {
  if (!existsSync(samples)) {
    throw new Error("the project's samples are not there");
  }
  return readdirSync(samples, { encoding: "utf8", recursive: true })
    .filter((file) => /\.jsonl?$/.test(file))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(samples, file), "utf8");
      const documents = file.endsWith("l") ? text.trim().split("\n") : [text];
      return documents.map((json, index) => ({
        name: `sample ${file}${documents.length > 1 ? `:${index + 1}` : ""}`,
        schema: "Document",
        json,
      }));
    });
}

/** Run steps, deltas, lists and events as servers write them. */
export function model(): Topic {
  return {
    topic: "run-steps",
    about:
      "Run steps, deltas, lists, events and documents in the ways that servers write them, and what is odd in them.",
    inputs: [...suiteInputs(), ...sampleInputs()],
  };
}
