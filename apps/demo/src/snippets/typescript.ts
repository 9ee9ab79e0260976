import { modeArgument, moduleOf, schemaName } from "./names.js";
import type { SnippetSubject } from "./subject.js";

/** Code that works with messages. */
export function writeMessageCode(subject: SnippetSubject): string {
  switch (subject.form) {
    case "json":
      return documentCode(subject);
    case "lines":
      return linesCode(subject);
    case "events":
      return eventsCode(subject);
  }
}

function documentCode({ type, mode, name }: SnippetSubject): string {
  const schema = schemaName(type);
  return `import { readFileSync } from "node:fs";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ${schema} } from "${moduleOf(type)}";
import { inspectResidue, parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";

const json = readFileSync(${JSON.stringify(name)});

const message = parseOpenAI(${schema}, json${modeArgument(mode)});
const bytes = toBinary(${schema}, message);

const again = fromBinary(${schema}, bytes);
console.log(stringifyOpenAI(${schema}, again));
console.log(inspectResidue(${schema}, again));
`;
}

function linesCode({ documentType, mode, name }: SnippetSubject): string {
  const schema = schemaName(documentType);
  return `import { readFileSync } from "node:fs";
import { sizeDelimitedEncode } from "@bufbuild/protobuf/wire";
import { ${schema} } from "${moduleOf(documentType)}";
import { parseOpenAI } from "@stepwire/openai-json";

const lines = readFileSync(${JSON.stringify(name)}, "utf8").trimEnd().split("\\n");

const archive = lines.map((line) => {
  const document = parseOpenAI(${schema}, line${modeArgument(mode)});
  return sizeDelimitedEncode(${schema}, document);
});
console.log(Buffer.concat(archive).length);
`;
}

function eventsCode({ type, mode, name }: SnippetSubject): string {
  const schema = schemaName(type);
  const argument = modeArgument(mode);
  return `import { createReadStream } from "node:fs";
import { toBinary } from "@bufbuild/protobuf";
import { createAccumulator } from "@stepwire/accumulate";
import { ${schema} } from "${moduleOf(type)}";
import { decodeEvents } from "@stepwire/openai-sse";

const accumulator = createAccumulator(${schema});

for await (const event of decodeEvents(${schema}, createReadStream(${JSON.stringify(name)})${argument})) {
  const bytes = toBinary(${schema}, event);
  const object = accumulator.apply(event);
  console.log(event.event.case, bytes.length, object?.$typeName);
}
`;
}
