/** A piece of a schema in a page, and what is around it in a file that compiles. */
export interface SchemaPiece {
  readonly page: string;
  /** Which block of the language it is in the page, from 0. */
  readonly index: number;
  /** Returns the whole file, without its first lines. */
  readonly complete: (block: string) => string;
}

/** The first lines of every file. */
export const fileHeader = `syntax = "proto3";
package snippet.v1;
import "google/protobuf/struct.proto";
${["accumulation", "column", "json", "route", "sse", "stream"]
  .map((name) => `import "stepwire/json/v1/${name}.proto";`)
  .join("\n")}
`;

const residue = "stepwire.json.v1.JsonResidue json_residue = 2047;";

function message(name: string, body: string): string {
  return `message ${name} {\n${body}\n${residue}\n}\n`;
}

function tagged(name: string, tag: string, value: string, body = ""): string {
  const constant = `{ name: "${tag}" value: "${value}" }`;
  return message(name, `option (stepwire.json.v1.message).constants = ${constant};\n${body}`);
}

/** A message with the events of a block as arms; the block may go on with other messages. */
function events(block: string, ...rest: readonly string[]): string {
  const [arms = "", ...messages] = block.split(/^(?=message )/mu);
  const oneof = `oneof event {
    option (stepwire.json.v1.oneof).adjacent = { tag: "event" content: "data" };
    ${arms}
  }`;
  const closed = messages.map((each) => each.replace(/\}\s*$/u, `${residue}\n}\n`));
  return [message("Event", oneof), ...closed, ...rest].join("\n");
}

/** All pieces of schemas in the pages that no other test compiles. */
export const pieces: readonly SchemaPiece[] = [
  {
    page: "docs/mapping.md",
    index: 0,
    complete: (block) =>
      message("ToolCall", block) + message("FunctionCall", "string arguments = 1;"),
  },
  {
    page: "docs/mapping.md",
    index: 1,
    complete: (block) => block + tagged("FunctionTool", "type", "function", "string name = 1;"),
  },
  {
    page: "docs/mapping.md",
    index: 2,
    complete: (block) =>
      `message Item {
        oneof item { option (stepwire.json.v1.oneof).inline.tag = "type";\n${block}\nCall call = 2; }
      }` +
      message(
        "InputMessage",
        `option (stepwire.json.v1.message).constants = {
          name: "type" value: "message" presence: PRESENCE_OPTIONAL
        };
        string text = 1;`,
      ) +
      tagged("Call", "type", "call", "string name = 1;"),
  },
  {
    page: "docs/mapping.md",
    index: 3,
    complete: (block) =>
      block +
      ["Thing", "Box"]
        .map(
          (name) =>
            tagged(name, "object", name.toLowerCase(), "string id = 1;") +
            tagged(`${name}List`, "object", "list", `repeated ${name} data = 1;`),
        )
        .join(""),
  },
  {
    page: "docs/mapping.md",
    index: 4,
    complete: (block) => block + message("ContentPart", "string text = 1;"),
  },
  {
    page: "docs/accumulation.md",
    index: 0,
    complete: (block) =>
      events(
        block,
        message("RunStep", "string id = 1; RunStepContent content = 2;"),
        message("RunStepDelta", "string id = 1; RunStepContent delta = 2;"),
        message("RunStepContent", "optional string text = 1;"),
      ),
  },
  {
    page: "docs/accumulation.md",
    index: 1,
    complete: (block) =>
      events(
        block,
        message("Response", "string id = 1; repeated Output output = 2;"),
        message("Output", "repeated Content content = 1;"),
        message("Content", "optional string text = 1;"),
      ),
  },
  {
    page: "docs/accumulation.md",
    index: 2,
    complete: (block) =>
      events(
        block,
        message("SearchEvent", "uint32 output_index = 1;"),
        message("Response", "string id = 1; repeated Output output = 2;"),
        message("Output", "optional string status = 1;"),
      ),
  },
  {
    page: "docs/accumulation.md",
    index: 3,
    complete: (block) =>
      events(
        block,
        message("ChatCompletionChunk", "string id = 1; repeated ChatChunkChoice choices = 2;"),
        message("ChatDelta", "optional string content = 1;"),
        message("ChatCompletion", "string id = 1; repeated ChatChoice choices = 2;"),
        message("ChatChoice", "uint32 index = 1; ChatDelta message = 2;"),
      ),
  },
  {
    page: "docs/routes.md",
    index: 0,
    complete: (block) => `${block}
      message GetKettleRequest { string kettle_id = 1; repeated QueryRequest rest = 2; }
      message GetKettleResponse { Kettle kettle = 1; }
      message StreamBoilingRequest { oneof start { Boil boil = 1; } }
      ${message("Boil", "string kettle_id = 1; string body = 2;")}
      message StreamBoilingResponse { bytes events = 1; }
      message QueryRequest { string name = 1; string value = 2; }
      ${message("Kettle", "string id = 1;")}`,
  },
  {
    page: "docs/server-sent-events.md",
    index: 0,
    complete: (block) =>
      block +
      message("Chunk", "string id = 1;") +
      `message OtherEvent {
        string event = 1;
        optional string data = 2 [(stepwire.json.v1.field).verbatim = true];
      }`,
  },
  {
    page: "docs/server-sent-events.md",
    index: 1,
    complete: (block) =>
      message(
        "Event",
        `oneof event {
          option (stepwire.json.v1.oneof).adjacent = { tag: "event" content: "data" };
          Chunk chunk = 1;
        }
        ${block}`,
      ) + tagged("Chunk", "type", "chunk", "string id = 1;"),
  },
  {
    page: "docs/parquet.md",
    index: 0,
    complete: (block) =>
      block.replace(/\}\s*$/u, `${residue}\n}\n`) +
      message("Sender", "Address address = 1;") +
      message("Address", "optional string city = 1;") +
      message("Stamp", "optional string type = 1;"),
  },
  {
    page: "packages/cli/README.md",
    index: 0,
    complete: (block) =>
      block +
      tagged("Thing", "object", "thing", "string id = 1;") +
      tagged("ThingList", "object", "list", "repeated Thing data = 1;"),
  },
];
