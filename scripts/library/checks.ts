import { relative } from "node:path";
import { root, run, runAll } from "./command.ts";
import { difference, differenceFromCommit, type Snapshot, takeSnapshot } from "./generated-code.ts";
import type { Stage } from "./stage.ts";

/** Creates a stage that runs one command. */
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
 * Checks that the committed generated code is up to date. It compares the files on disk before and
 * after running the generators, so it also works with uncommitted changes.
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
 * Checks that schema changes do not break stored data. It compares with the released schema, which
 * is also present in a shallow clone.
 */
const breaking: Stage = commandStage(
  "breaking changes",
  "buf",
  "breaking",
  "--against",
  "proto/released.binpb",
);

/** Checks that published packages resolve for their users, and that there is no unused code. */
const packages: Stage = {
  name: "packages",
  async run() {
    const { succeeded, output } = await runAll([
      ["knip", "--no-progress"],
      ["node", "scripts/check-packages.ts"],
      ["node", "scripts/bundle-sizes.ts", "--check"],
    ]);
    return { state: succeeded ? "passed" : "failed", output };
  },
};

/**
 * Checks that only generated code names the messages of a model; the script lists the exceptions.
 */
const names: Stage = {
  name: "names of messages",
  async run() {
    const { succeeded, output } = await run(["node", "scripts/check-names.ts"]);
    const [note = ""] = output.split("\n");
    return { state: succeeded ? "passed" : "failed", note, output };
  },
};

/**
 * The checks to run before the tests, in this order. Checks in an inner list run at the same time:
 * most of them use one processor.
 */
export const checks: readonly (Stage | readonly Stage[])[] = [
  generate,
  freshness,
  [
    commandStage("stepwire.wasm", "pnpm", "--silent", "build:wasm"),
    commandStage("types", "pnpm", "--silent", "typecheck"),
    commandStage("lint", "node", "scripts/lint.ts"),
    names,
    breaking,
    // Lists the tables that were measured with another kernel; measures nothing.
    commandStage("benchmark tables", "pnpm", "--silent", "bench", "--check"),
  ],
  commandStage("build", "pnpm", "--silent", "build"),
  packages,
];
