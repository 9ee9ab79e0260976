import { modeArgument, moduleOf, schemaName, typeOfEach } from "./names.js";
import type { SnippetSubject } from "./subject.js";

/** Code that goes from bytes to bytes. */
export function writeTranscoderCode(subject: SnippetSubject): string {
  const { form, mode, name } = subject;
  const type = typeOfEach(subject);
  const schema = schemaName(type);
  const head = `import { readFileSync } from "node:fs";
import { ${schema} } from "${moduleOf(type)}";
import { createTranscoder } from "@stepwire/transcode";

const transcoder = createTranscoder(${schema}${modeArgument(mode)});
`;
  switch (form) {
    case "json":
      return `${head}
const json = readFileSync(${JSON.stringify(name)});
const binary = transcoder.toBinary(json);
const again = transcoder.toJson(binary);

console.log(json.length, binary.length, Buffer.from(again).toString());
`;
    case "lines":
      return `${head}
const lines = readFileSync(${JSON.stringify(name)});
const { output, documents } = transcoder.packLines(lines);

console.log(documents, lines.length, output.length);
`;
    case "events":
      return `${head}
// The payload of an event, a document by itself.
const data = readFileSync(${JSON.stringify(name)}, "utf8").match(/^data: (\\{.*)$/m)?.[1] ?? "{}";
const binary = transcoder.toBinary(Buffer.from(data));

console.log(data.length, binary.length);
`;
  }
}
