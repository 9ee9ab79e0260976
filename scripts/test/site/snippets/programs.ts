/** A program of a page that needs something around it to run. */
export interface Program {
  readonly page: string;
  /** Which block of TypeScript of the page it is, from 0. */
  readonly index: number;
  /** What the reader has already: imports and values. */
  readonly before: string;
  /** What shows that it worked. */
  readonly after?: string;
  readonly prints: RegExp;
}

const stream = 'new Response(readFileSync("../../samples/stream.sse"))';

/** The programs of the pages that no other test runs. They run in the folder of a package. */
export const programs: readonly Program[] = [
  {
    page: "docs/server-sent-events.md",
    index: 0,
    before: `import { readFileSync } from "node:fs";\nconst response = ${stream};`,
    prints: /stepDetails/u,
  },
  {
    page: "docs/stream-format.md",
    index: 0,
    before: `
import { readFileSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import { decodeEventsToBinary } from "@stepwire/openai-sse";
import { StreamEventSchema as Schema } from "@stepwire/core";
const parts: Uint8Array[] = [];
const socket = { write: (bytes: Uint8Array) => parts.push(bytes) };
const events: Uint8Array[] = [];
for await (const each of decodeEventsToBinary(Schema, ${stream}.body ?? [])) events.push(each);
Object.defineProperty(globalThis, "chunk", { get: () => Buffer.concat(parts) });`,
    prints: /^1 [\s\S]*runStepDelta[\s\S]*^52 /mu,
  },
  {
    page: "docs/archive-format.md",
    index: 0,
    before: `
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { fromBinary } from "@bufbuild/protobuf";
import { DocumentSchema as Schema } from "@stepwire/core";
import { createTranscoder } from "@stepwire/transcode";
const parts: Uint8Array[] = [];
const file = {
  write: (bytes: Uint8Array) => parts.push(bytes),
  createReadStream: () => Readable.from(parts),
};
const documents = ["all-tools", "list"].map((name) =>
  createTranscoder(Schema).toBinary(readFileSync(\`../../samples/\${name}.json\`)));`,
    prints: /^1 [\s\S]*runStep[\s\S]*^2 /mu,
  },
  {
    page: "packages/accumulate/README.md",
    index: 1,
    before: `import { readFileSync } from "node:fs";\nconst response = ${stream};`,
    after: "console.log(accumulator.objects(RunStepSchema).length, accumulator.ended);",
    prints: /^[1-9]\d* done$/mu,
  },
  {
    page: "packages/accumulate/README.md",
    index: 2,
    before: `
import { readFileSync } from "node:fs";
const response = new Response(readFileSync("../../apps/gateway/samples/response.sse"));`,
    after: "console.log(accumulator.objects(ResponseSchema).length, accumulator.ended);",
    prints: /^1 done$/mu,
  },
  {
    page: "packages/connect/README.md",
    index: 2,
    before: "",
    prints: /^200 resp_1$/mu,
  },
  {
    page: "packages/transcode/README.md",
    index: 1,
    before: `
import { ThreadSchema } from "@stepwire/core";
import { createTranscoder } from "@stepwire/transcode";
const transcoder = createTranscoder(ThreadSchema);
const json = '{"id":"thread_1","object":"thread","created_at":1,"metadata":{},"tool_resources":null}';
const binary = transcoder.toBinary(Buffer.from(json));`,
    after: "console.log(Buffer.from(document).toString());",
    prints: /^\{"id":"thread_1","object":"thread","created_at":1,.*\}$/mu,
  },
];
