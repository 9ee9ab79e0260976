import { relative } from "node:path";
import { root, run, runAll } from "./command.ts";
import { difference, differenceFromCommit, type Snapshot, takeSnapshot } from "./generated-code.ts";
import type { Stage } from "./stage.ts";

/** A stage that is one command. */
function commandStage(name: string, ...command: string[]): Stage {
  return {
    name,
    async run() {
      const { succeeded, output } = await run(command);
      return { state: succeeded ? "passed" : "failed", output };
    },
  };
}

let before: Snapshot = new Map();

const generate: Stage = {
  name: "generate",
  async run() {
    before = takeSnapshot();
    const { succeeded, output } = await run(["pnpm", "--silent", "generate"]);
    return { state: succeeded ? "passed" : "failed", output };
  },
};

/**
 * Generated code is committed, and a reader must be able to trust it. Comparing
 * what was on disk with what the generators wrote works with uncommitted work too.
 */
const freshness: Stage = {
  name: "generated code",
  async run() {
    const after = takeSnapshot();
    const changed = difference(before, after);
    if (changed.length > 0) {
      const paths = changed.map((path) => `  ${relative(root, path)}`);
      return {
        state: "failed",
        output: ["Out of date; now written anew:", ...paths].join("\n"),
      };
    }
    const uncommitted = process.env["CI"] === "true" ? await differenceFromCommit() : "";
    if (uncommitted !== "") {
      return { state: "failed", output: `Not as committed:\n${uncommitted}` };
    }
    return { state: "passed", note: `${after.size} files` };
  },
};

/**
 * Changes of the schema must not break what others have stored. It is compared with the
 * schema as it was released, which a clone of any depth has.
 */
const breaking: Stage = commandStage(
  "breaking changes",
  "buf",
  "breaking",
  "--against",
  "proto/released.binpb",
);

/** What is published must resolve for those who install it; what is unused must go. */
const packages: Stage = {
  name: "packages",
  async run() {
    const { succeeded, output } = await runAll([
      ["knip", "--no-progress"],
      ["node", "scripts/check-packages.ts"],
    ]);
    return { state: succeeded ? "passed" : "failed", output };
  },
};

/** Only generated code may name the messages of a model; the script lists the exceptions. */
const names: Stage = {
  name: "names of messages",
  async run() {
    const { succeeded, output } = await run(["node", "scripts/check-names.ts"]);
    const [note = ""] = output.split("\n");
    return { state: succeeded ? "passed" : "failed", note, output };
  },
};

/** All that must hold before it is worth running tests, in this order. */
export const checks: Stage[] = [
  generate,
  freshness,
  commandStage("stepwire.wasm", "pnpm", "--silent", "build:wasm"),
  // Says which tables quote another kernel; measures nothing.
  commandStage("benchmark tables", "pnpm", "--silent", "bench", "--check"),
  commandStage("lint", "node", "scripts/lint.ts"),
  names,
  breaking,
  commandStage("types", "pnpm", "--silent", "typecheck"),
  commandStage("build", "pnpm", "--silent", "build"),
  packages,
];
