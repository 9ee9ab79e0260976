/*
 * Tries a release without publishing anything: builds the packages of all languages and checks what
 * is in them, the versions, the changelog, the SBOMs and the workflows. Prints one line for each
 * stage. `--only npm` runs one of them; `--tagged` is for the commit of a release, whose version and
 * changelog are those of its tag.
 */
import { parseArgs } from "node:util";
import { releaseStages } from "./library/release/stages.ts";
import { runStage } from "./library/stage.ts";

const { values } = parseArgs({
  options: { only: { type: "string", multiple: true }, tagged: { type: "boolean" } },
});
const { only, tagged } = values;
const stages = releaseStages(tagged);
const unknown = only?.filter((name) => !stages.some((stage) => stage.name === name)) ?? [];
if (unknown.length > 0) {
  const names = stages.map(({ name }) => name).join(", ");
  throw new Error(`no stage ${unknown.join(", ")}; there are ${names}`);
}
for (const stage of stages.filter(({ name }) => only?.includes(name) ?? true)) {
  const { state } = await runStage(stage);
  if (state === "failed") {
    process.exitCode = 1;
  }
}
