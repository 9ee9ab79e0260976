import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createFolder, fromSource } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { planConversion } from "../../src/batch/plan.js";
import { planBuiltIn } from "../../src/batch/prebuilt-plan.js";
import { builtInNames } from "../../src/schema/built-in-names.js";
import { builtIn } from "../../src/schema/model.js";
import { readNames } from "../../src/schema/prebuilt.js";
import { writePrebuilt } from "../../src/schema/write-prebuilt.js";

/** Returns a folder with what the build computes. */
function build(): URL {
  const folder = pathToFileURL(`${createFolder({})}/prebuilt/`);
  writePrebuilt(folder);
  return folder;
}

const empty = pathToFileURL(`${import.meta.dirname}/`);

const options = {
  direction: "packLines",
  mode: "archive",
  maxBytes: 12_345,
  maxDepth: 17,
  stops: true,
  maxReports: 1,
} as const;

describe("what the build computes", () => {
  it("are the names of the schema", () => {
    expect(readNames(build())).toEqual(builtInNames);
    expect(readNames(empty)).toBeUndefined();
  });

  it.each(builtInNames.modeNames)("is the plan of pack, mode %s", (mode) => {
    const inMode = { ...options, mode };
    const { kernel, options: planned } = planConversion(builtIn, builtIn.document(), inMode);
    const read = planBuiltIn(inMode, build());
    expect(read?.options).toEqual(planned);
    expect(read?.kernel.limits).toEqual(kernel.limits);
    expect(Buffer.from(read?.kernel.table ?? []).equals(kernel.table)).toBe(true);
    expect(planBuiltIn(inMode, empty)).toBeUndefined();
  });

  it("is not used if it is for another kernel", () => {
    const folder = build();
    const file = new URL("document.table", folder);
    writeFileSync(file, readFileSync(file).fill(0xff, 24, 28));
    expect(planBuiltIn(options, folder)).toBeUndefined();
  });

  it("lets pack start without protobuf-es", () => {
    const modules = ["batch/convert-ranges.ts", "batch/range-worker.ts", "batch/prebuilt-plan.ts"];
    const script = `
      import { registerHooks } from "node:module";
      const loaded = [];
      registerHooks({
        load(url, context, next) {
          loaded.push(url);
          return next(url, context);
        },
      });
      for (const module of ${JSON.stringify(modules)}) {
        await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../src/")))} + module).catch(() => {});
      }
      console.log(JSON.stringify(loaded));`;
    const { stdout } = spawnSync(
      process.execPath,
      [...fromSource, "--input-type=module", "--eval", script],
      { encoding: "utf8" },
    );
    const loaded: readonly string[] = JSON.parse(stdout);
    expect(loaded.some((url) => url.includes("transcode/src/kernel/kernel"))).toBe(true);
    expect(loaded.filter((url) => url.includes("@bufbuild"))).toEqual([]);
  });
});
