import { fromBinary, type JsonValue } from "@bufbuild/protobuf";
import { RunStepListSchema, RunStepSchema } from "@stepwire/core";
import {
  check,
  checkBinary,
  checkText,
  fromOpenAI,
  inspectResidue,
  type Mode,
  OpenAIJsonError,
  openAISchema,
  parseOpenAI,
  stringifyOpenAI,
  stripResidue,
  toOpenAI,
} from "@stepwire/openai-json";
import { createTranscoder, type Transcoder } from "@stepwire/transcode";
import { openLineKernel } from "@stepwire/transcode/line-kernel";
import {
  annotate,
  archiveSizePrefix,
  countVerbatim,
  findProblem,
  findWholeDocuments,
  readArchive,
  readArchiveBlocks,
} from "@stepwire/wire";
import { drain, inChunks } from "./chunks.js";
import { scalarGrowth, textGrowth } from "./json-text-growth.js";
import type { Growth } from "./measure.js";
import { sizesOf, stepShapes } from "./shapes.js";

const utf8 = new TextEncoder();
const bounds = { mode: "archive", maxBytes: Number.MAX_SAFE_INTEGER } as const;
const steps = createTranscoder(RunStepSchema, bounds);

/** Creates a new transcoder, because its memory grows with its inputs. */
function open(mode: Mode = "archive"): Transcoder {
  return createTranscoder(RunStepSchema, { ...bounds, mode });
}

const shapes = Object.entries(stepShapes);
/** The shapes that mode `archive` accepts; others have no message. */
const kept = shapes.filter(([name]) => !["duplicate members", "opening brackets"].includes(name));

/** Reading of JSON. */
const reading: Growth[] = shapes.flatMap(([shape, text]): Growth[] => [
  {
    of: ["@stepwire/openai-json:parseOpenAI"],
    shape,
    prepare: (size) => {
      const json = text(size);
      return () => parseOpenAI(RunStepSchema, json, bounds);
    },
  },
  {
    of: ["@stepwire/openai-json:parseOpenAI"],
    shape: `${shape}, strict`,
    prepare: (size) => {
      const json = text(size);
      return () => parseOpenAI(RunStepSchema, json, { ...bounds, mode: "strict" });
    },
  },
  {
    of: ["@stepwire/openai-json:checkText"],
    shape: `${shape}, strict`,
    prepare: (size) => {
      const json = utf8.encode(text(size));
      return () => checkText(RunStepSchema, json, { ...bounds, mode: "strict" });
    },
  },
  {
    of: ["@stepwire/transcode:createTranscoder"],
    shape: `toBinary, ${shape}`,
    prepare: (size) => {
      const json = utf8.encode(text(size));
      const transcoder = open();
      return () => transcoder.toBinary(json);
    },
  },
  {
    of: ["@stepwire/transcode:createTranscoder"],
    shape: `toBinary, ${shape}, strict`,
    prepare: (size) => {
      const json = utf8.encode(text(size));
      const transcoder = open("strict");
      return () => transcoder.toBinary(json);
    },
  },
]);

/** Reading of values, which have no white space and no long numbers. */
const values: Growth[] = kept
  .filter(([name]) => !["digits", "white space"].includes(name))
  .flatMap(([shape, text]): Growth[] => [
    {
      of: ["@stepwire/openai-json:fromOpenAI"],
      shape,
      prepare: (size) => {
        const value = JSON.parse(text(size));
        return () => fromOpenAI(RunStepSchema, value, { mode: "archive" });
      },
    },
    {
      of: ["@stepwire/openai-json:openAISchema"],
      shape,
      prepare: (size) => {
        const value = JSON.parse(text(size));
        const schema = openAISchema(RunStepSchema, { mode: "archive" });
        return () => schema["~standard"].validate(value);
      },
    },
    {
      of: ["@stepwire/openai-json:check"],
      shape,
      prepare: (size) => {
        const value: JsonValue = JSON.parse(text(size));
        return () => check(RunStepSchema, value, { mode: "strict" });
      },
    },
    {
      of: ["@stepwire/openai-json:toOpenAI"],
      shape,
      prepare: (size) => {
        const message = parseOpenAI(RunStepSchema, text(size), bounds);
        return () => toOpenAI(RunStepSchema, message);
      },
    },
  ]);

/**
 * Returns sizes for messages of at least 64 KiB, which are read in parts: this takes less memory, but
 * more time for each byte.
 */
function sizesOfLarge(bytes: number, other = 0): Pick<Growth, "least" | "largest"> {
  const least = Math.max(Math.ceil((64 * 1024) / bytes) + 100, other);
  return { least, largest: least * 10 };
}

/** Writing of JSON, and what else reads messages. */
const writing: Growth[] = kept.flatMap(([shape, text]): Growth[] => [
  {
    of: ["@stepwire/openai-json:stringifyOpenAI"],
    shape,
    prepare: (size) => {
      const message = parseOpenAI(RunStepSchema, text(size), bounds);
      return () => stringifyOpenAI(RunStepSchema, message);
    },
  },
  {
    of: ["@stepwire/transcode:createTranscoder"],
    shape: `toJson, ${shape}`,
    prepare: (size) => {
      const binary = steps.toBinary(utf8.encode(text(size)));
      return () => steps.toJson(binary);
    },
  },
  {
    of: ["@stepwire/wire:annotate"],
    shape,
    prepare: (size) => {
      const binary = steps.toBinary(utf8.encode(text(size)));
      return () => annotate(RunStepSchema, binary);
    },
  },
  {
    of: ["@stepwire/wire:countVerbatim"],
    shape,
    prepare: (size) => {
      const binary = steps.toBinary(utf8.encode(text(size)));
      return () => countVerbatim(RunStepSchema, binary);
    },
  },
  {
    of: ["@stepwire/wire:findProblem", "@stepwire/wire:visitAnnotations"],
    shape,
    prepare: (size) => {
      const binary = steps.toBinary(utf8.encode(text(size)));
      return () => findProblem(RunStepSchema, binary);
    },
  },
  {
    of: ["@stepwire/openai-json:checkBinary"],
    shape,
    ...sizesOfLarge(steps.toBinary(utf8.encode(text(100))).length / 100, sizesOf(shape).least),
    prepare: (size) => {
      const binary = steps.toBinary(utf8.encode(text(size)));
      return () => checkBinary(RunStepSchema, binary);
    },
  },
]);

const residue: Growth[] = (["unknown members", "wrong members", "tool calls"] as const).flatMap(
  (shape): Growth[] => {
    const text = stepShapes[shape] ?? (() => "{}");
    return [
      {
        of: ["@stepwire/openai-json:inspectResidue"],
        shape,
        // More elements than a function call can have arguments.
        largest: 200_000,
        prepare: (size) => {
          const message = parseOpenAI(RunStepSchema, text(size), bounds);
          return () => inspectResidue(RunStepSchema, message);
        },
      },
      {
        of: ["@stepwire/openai-json:checkBinary"],
        shape,
        // Both sizes are read part by part, which takes 20 times as long.
        least: 6_000,
        largest: 60_000,
        prepare: (size) => {
          const binary = steps.toBinary(utf8.encode(text(size)));
          return () => checkBinary(RunStepSchema, binary);
        },
      },
      {
        of: ["@stepwire/openai-json:stripResidue"],
        shape,
        prepare: (size) => {
          const message = parseOpenAI(RunStepSchema, text(size), bounds);
          return () => stripResidue(RunStepSchema, message);
        },
      },
    ];
  },
);

function repeated(hex: string, size: number): Uint8Array {
  return Buffer.from(hex.repeat(size), "hex");
}

/** Binary forms that no engine writes, by what is repeated. */
const odd: Readonly<Record<string, string>> = {
  "empty steps": "0a00",
  "unknown fields": "f8ff0301",
  "residue of absent fields": "fa7f041a020102",
  "residue of members": "fa7f080a060a01781201" + "31",
  "one text again and again": "120161",
  groups: "f3ff03f4ff03",
  "cut off": "0aff",
};

/** protobuf-es needs hundreds of bytes for an empty message, which has two bytes in binary. */
const HELD_FOR_A_BYTE = 400;

const binaries: Growth[] = Object.entries(odd).flatMap(([shape, hex]) =>
  readBinary(shape, hex).map((growth) => ({
    ...growth,
    maxBytes: (size) => 2 ** 22 + (HELD_FOR_A_BYTE * size * hex.length) / 2,
  })),
);

function readBinary(shape: string, hex: string): Growth[] {
  return [
    {
      of: ["@stepwire/transcode:createTranscoder"],
      shape: `toJson, ${shape}`,
      prepare: (size) => {
        const binary = repeated(hex, size);
        const transcoder = createTranscoder(RunStepListSchema, bounds);
        return () => transcoder.toJson(binary);
      },
    },
    {
      of: ["@stepwire/openai-json:stringifyOpenAI"],
      shape,
      prepare: (size) => {
        const binary = repeated(hex, size);
        return () => stringifyOpenAI(RunStepListSchema, fromBinary(RunStepListSchema, binary));
      },
    },
    {
      of: ["@stepwire/openai-json:toOpenAI"],
      shape,
      prepare: (size) => {
        const binary = repeated(hex, size);
        return () => toOpenAI(RunStepListSchema, fromBinary(RunStepListSchema, binary));
      },
    },
    {
      of: ["@stepwire/wire:annotate"],
      shape,
      prepare: (size) => {
        const binary = repeated(hex, size);
        return () => annotate(RunStepListSchema, binary);
      },
    },
    {
      of: ["@stepwire/wire:findProblem", "@stepwire/wire:visitAnnotations"],
      shape,
      prepare: (size) => {
        const binary = repeated(hex, size);
        return () => findProblem(RunStepListSchema, binary);
      },
    },
    {
      of: ["@stepwire/openai-json:checkBinary"],
      shape,
      ...sizesOfLarge(hex.length / 2),
      prepare: (size) => {
        const binary = repeated(hex, size);
        return () => checkBinary(RunStepListSchema, binary);
      },
    },
  ];
}

function line(index: number): string {
  return (stepShapes["unknown members"] ?? (() => "{}"))(1 + (index % 4));
}

function lines(size: number): Uint8Array {
  return utf8.encode(Array.from({ length: size }, (_, index) => `${line(index)}\n`).join(""));
}

function badLines(size: number): Uint8Array {
  return utf8.encode('{"id":1}\n'.repeat(size));
}

/** Converts a whole chunk, and continues after each refused document. */
function convertAll(
  convert: "packLines" | "unpackLines",
  chunk: Uint8Array,
  transcoder: Transcoder,
): number {
  let start = 0;
  let refused = 0;
  while (start < chunk.length) {
    const result = transcoder[convert](chunk.subarray(start));
    if (result.refused === undefined) {
      break;
    }
    refused++;
    start += result.refused.end;
  }
  return refused;
}

const archives: Growth[] = [
  {
    of: ["@stepwire/transcode:createTranscoder"],
    shape: "packLines, documents",
    prepare: (size) => {
      const chunk = lines(size);
      const transcoder = open();
      return () => transcoder.packLines(chunk);
    },
  },
  {
    of: ["@stepwire/transcode:createTranscoder"],
    shape: "packLines, refused documents",
    prepare: (size) => {
      const chunk = badLines(size);
      const transcoder = open("strict");
      return () => convertAll("packLines", chunk, transcoder);
    },
  },
  {
    of: ["@stepwire/transcode:createTranscoder"],
    shape: "packLines, empty lines",
    prepare: (size) => {
      const chunk = utf8.encode("\n".repeat(size));
      const transcoder = open();
      return () => transcoder.packLines(chunk);
    },
  },
  {
    of: ["@stepwire/transcode:createTranscoder"],
    shape: "unpackLines, documents",
    prepare: (size) => {
      const transcoder = open();
      const chunk = transcoder.packLines(lines(size)).output.slice();
      return () => transcoder.unpackLines(chunk);
    },
  },
  {
    of: ["@stepwire/transcode:createTranscoder"],
    shape: "unpackLines, refused documents",
    prepare: (size) => {
      const chunk = repeated("020aff", size);
      const transcoder = open();
      return () => convertAll("unpackLines", chunk, transcoder);
    },
  },
  {
    of: [
      "@stepwire/transcode/line-kernel:openLineKernel",
      "@stepwire/transcode/line-kernel:planLineKernel",
    ],
    shape: "documents",
    prepare: (size) => {
      const kernel = openLineKernel(steps.lineKernel());
      const chunk = lines(size);
      return () => kernel.convert("packLines", chunk);
    },
  },
  ...[1, 7, 65_536].flatMap((chunk): Growth[] => [
    {
      of: ["@stepwire/wire:readArchive"],
      shape: `documents in chunks of ${chunk}`,
      prepare: (size) => {
        const bytes = steps.packLines(lines(size)).output.slice();
        return () => drain(readArchive(inChunks(bytes, chunk)));
      },
    },
    {
      of: ["@stepwire/wire:readArchiveBlocks"],
      shape: `documents in chunks of ${chunk}`,
      prepare: (size) => {
        const bytes = steps.packLines(lines(size)).output.slice();
        return () => drain(readArchiveBlocks(inChunks(bytes, chunk)));
      },
    },
  ]),
  {
    of: ["@stepwire/wire:readArchiveBlocks"],
    shape: "one document in small chunks",
    largest: 2_000_000,
    prepare: (size) => {
      const content = new Uint8Array(size);
      const bytes = Buffer.concat([archiveSizePrefix(size), content]);
      return () => drain(readArchiveBlocks(inChunks(bytes, 64)));
    },
  },
  {
    of: ["@stepwire/wire:findWholeDocuments"],
    shape: "empty documents",
    largest: 1_000_000,
    prepare: (size) => {
      const bytes = new Uint8Array(size);
      return () => findWholeDocuments(bytes, { maxBytes: 1000, last: true });
    },
  },
];

const errors: Growth[] = [
  {
    of: ["@stepwire/openai-json:OpenAIJsonError"],
    shape: "violations",
    prepare: (size) => {
      const violations = Array.from({ length: size }, (_, index) => ({
        code: "wrong_type" as const,
        pointer: `/${index}`,
        path: "",
        expected: "a string",
        found: "1",
      }));
      return () => Array.from({ length: 100 }, () => new OpenAIJsonError(violations)).length;
    },
  },
];

/** Growth tests for everything that reads or writes JSON. */
export const jsonGrowth: readonly Growth[] = [
  ...[...reading, ...values, ...writing, ...residue].map((growth) => ({
    ...sizesOf(growth.shape),
    ...growth,
  })),
  ...binaries,
  ...archives,
  ...textGrowth,
  ...scalarGrowth,
  ...errors,
];
