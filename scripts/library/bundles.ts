import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { root } from "./command.ts";

/** What a program imports, and how large it may become in a browser. */
export interface BundleCase {
  /** The words of the documentation. */
  readonly what: string;
  /** The module of the program. */
  readonly code: string;
  /** The largest size of its bundle, minified and compressed with gzip, in kB of 1,000 bytes. */
  readonly maxKilobytes: number;
}

/** Typical imports. A bound is about a tenth above the size when it was written. */
export const bundleCases: readonly BundleCase[] = [
  {
    what: "one message of `@stepwire/core`, to and from binary",
    code: `export { fromBinary, toBinary } from "@bufbuild/protobuf";
      export { ThreadSchema } from "@stepwire/core";`,
    maxKilobytes: 27,
  },
  {
    what: "`parseOpenAI` and `stringifyOpenAI`, for messages of Chat Completions",
    code: `export { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
      export { ChatCompletionSchema } from "@stepwire/core/chat";`,
    maxKilobytes: 54,
  },
  {
    what: "`createTranscoder` with the kernel, for run steps",
    code: `export { createTranscoder } from "@stepwire/transcode";
      export { RunStepSchema } from "@stepwire/core";`,
    maxKilobytes: 103,
  },
  {
    what: "`decodeEvents` and `createAccumulator`, for streams of Chat Completions",
    code: `export { decodeEvents } from "@stepwire/openai-sse";
      export { createAccumulator } from "@stepwire/accumulate";
      export { ChatCompletionStreamEventSchema } from "@stepwire/core/chat";`,
    maxKilobytes: 134,
  },
  {
    what: "`ServiceClient` of `@stepwire/connect/web`, for run steps",
    code: `export { createWebTransport, ServiceClient } from "@stepwire/connect/web";
      export { RunStepService, StreamEventSchema } from "@stepwire/core";`,
    maxKilobytes: 79,
  },
  {
    what: "`createEgressHandler` and `createIngressHandler` of `@stepwire/handler`, in a worker",
    code: `export { createEgressHandler, createIngressHandler } from "@stepwire/handler";`,
    maxKilobytes: 253,
  },
  {
    what: "`compareJson` of `@stepwire/json`",
    code: `export { compareJson } from "@stepwire/json";`,
    maxKilobytes: 4,
  },
  {
    what: "`annotate` of `@stepwire/wire`, without a message",
    code: `export { annotate } from "@stepwire/wire";`,
    maxKilobytes: 24,
  },
];

const ENTRY = "entry.js";

/** A package that can import all others. */
const importer = join(root, "packages/fuzz/package.json");

/**
 * Returns the size of a program that was bundled for browsers, minified and compressed with gzip, in
 * bytes. The packages must be built.
 */
export async function bundleSize({ code }: BundleCase): Promise<number> {
  const bundle = await rolldown({
    input: ENTRY,
    platform: "browser",
    plugins: [
      {
        name: "program",
        resolveId(id, from) {
          if (id === ENTRY) {
            return id;
          }
          return from === ENTRY ? this.resolve(id, importer, { skipSelf: true }) : null;
        },
        load: (id) => (id === ENTRY ? code : null),
      },
    ],
    // On a busy machine, rolldown warns that a plugin is slow.
    checks: { bundlerTimings: false },
    onLog(level, log, report) {
      // Without this, an import that is missing is only a warning.
      report(level === "warn" ? "error" : level, log);
    },
  });
  const { output } = await bundle.generate({ format: "es", minify: true });
  await bundle.close();
  const chunks = output.map((file) => (file.type === "chunk" ? file.code : file.source));
  return chunks.reduce((sum, chunk) => sum + gzipSync(chunk, { level: 9 }).length, 0);
}

/** A case and the size of its bundle. */
export interface MeasuredBundle extends BundleCase {
  readonly kilobytes: number;
}

/** Measures all cases. */
export async function measureBundles(): Promise<MeasuredBundle[]> {
  return await Promise.all(
    bundleCases.map(async (each) => ({ ...each, kilobytes: (await bundleSize(each)) / 1_000 })),
  );
}

/** Returns the table of the documentation. Sizes are rounded up to whole kB. */
export function bundleTable(bundles: readonly MeasuredBundle[]): string {
  const rows = bundles.map(
    ({ what, kilobytes, maxKilobytes }) =>
      `| ${what} | ${Math.ceil(kilobytes)} | ${maxKilobytes} |`,
  );
  return ["| imported | kB | bound |", "|---|---:|---:|", ...rows].join("\n");
}

/** Returns the bundles that are larger than they may be, and the rows of the table that are stale. */
export function bundleProblems(bundles: readonly MeasuredBundle[], table: string): string[] {
  return bundles.flatMap((bundle) => {
    const { what, kilobytes, maxKilobytes } = bundle;
    const written = rowsOf(table).get(what);
    return [
      ...(kilobytes > maxKilobytes
        ? [`the bundle of ${what} has ${kilobytes.toFixed(1)} kB; the bound is ${maxKilobytes} kB`]
        : []),
      // A small change needs no new table.
      ...(written === undefined || Math.abs(written - kilobytes) > 2
        ? [
            `docs/packages.md is stale: ${what} has ${kilobytes.toFixed(1)} kB; run: pnpm bundle-sizes`,
          ]
        : []),
    ];
  });
}

function rowsOf(table: string): ReadonlyMap<string, number> {
  const rows = [...table.matchAll(/^\| (.*) \| (\d+) \| \d+ \|$/gmu)];
  return new Map(rows.map(([, what = "", size]) => [what, Number(size)]));
}
