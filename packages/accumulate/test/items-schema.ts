import type { DescMessage } from "@bufbuild/protobuf";
import { buildSchemas } from "@stepwire/testing";
import { expect } from "vitest";

const output = `{ member: "output" index: "output_index" }`;
const content = `${output}, { member: "content" index: "content_index" }`;

/** Declares an arm of the event message whose events change a part of the response. */
function arm(number: number, message: string, name: string, form: string): string {
  return `
      ${message} ${name.replaceAll(".", "_")} = ${number} [
        (field).tag_value = "${name}",
        (event) = { object: "Response" single: true ${form} }
      ];`;
}

/**
 * A stream as that of the Responses API, with messages of the shape that \`stepwire import\` gives
 * to unions: items, parts and annotations are inline unions with an arm for any other object. The
 * union of the parts in an event has more arms than that of the parts in a message.
 */
const schema = `
  message Event {
    oneof event {
      option (oneof).adjacent = { tag: "event" content: "data" };
${[
  arm(1, "Whole", "created", `effect: EFFECT_REPLACE value: "response"`),
  arm(
    2,
    "Whole",
    "completed",
    `effect: EFFECT_REPLACE value: "response" ends_object: true ends_stream: true`,
  ),
  arm(3, "ItemEvent", "item.added", `effect: EFFECT_REPLACE value: "item" path: [${output}]`),
  arm(4, "PartEvent", "part.added", `effect: EFFECT_REPLACE value: "part" path: [${content}]`),
  arm(
    5,
    "TextDelta",
    "text.delta",
    `effect: EFFECT_MERGE value: "delta" path: [${content}, { member: "text" }]`,
  ),
  arm(
    6,
    "TextDone",
    "text.done",
    `effect: EFFECT_REPLACE value: "text" path: [${content}, { member: "text" }]`,
  ),
  arm(
    7,
    "NoteEvent",
    "note.added",
    `effect: EFFECT_REPLACE value: "note" path: [${content}, { member: "notes" index: "note_index" }]`,
  ),
  arm(
    8,
    "Delta",
    "arguments.delta",
    `effect: EFFECT_MERGE value: "delta" path: [${output}, { member: "arguments" }]`,
  ),
  arm(
    9,
    "Delta",
    "code.delta",
    `effect: EFFECT_MERGE value: "delta" path: [${output}, { member: "code" }]`,
  ),
  arm(
    10,
    "Delta",
    "diff.delta",
    `effect: EFFECT_MERGE value: "delta" path: [${output}, { member: "operation" }, { member: "diff" }]`,
  ),
  arm(
    11,
    "Command",
    "command.added",
    `effect: EFFECT_REPLACE value: "command" path: [${output}, { member: "action" }, { member: "commands" index: "command_index" }]`,
  ),
  arm(
    12,
    "CommandDelta",
    "command.delta",
    `effect: EFFECT_MERGE value: "delta" path: [${output}, { member: "action" }, { member: "commands" index: "command_index" }]`,
  ),
  arm(
    13,
    "OutputDelta",
    "output.delta",
    `effect: EFFECT_MERGE value: "delta" path: [${output}, { member: "output" index: "command_index" }]`,
  ),
  arm(
    14,
    "SummaryEvent",
    "summary.added",
    `effect: EFFECT_REPLACE value: "part" path: [${output}, { member: "summary" index: "summary_index" }]`,
  ),
  arm(
    15,
    "Place",
    "call.searching",
    `effect: EFFECT_REPLACE text: "searching" path: [${output}, { member: "status" }]`,
  ),
  arm(
    17,
    "OutputDone",
    "output.done",
    `effect: EFFECT_REPLACE value: "output" path: [${output}, { member: "output" index: "command_index" }]`,
  ),
  arm(
    16,
    "TextDelta",
    "text.scored",
    `effect: EFFECT_MERGE value: "delta" path: [${content}, { member: "text" }]
     also: { effect: EFFECT_MERGE value: "scores" path: [${content}, { member: "scores" }] }
     also: { effect: EFFECT_REPLACE text: "writing" path: [${output}, { member: "status" }] }`,
  ),
].join("")}
      string done = 30 [
        (field) = { tag_value: "[DONE]" presence: PRESENCE_OPTIONAL },
        (sse) = { done_text: "[DONE]" done_unnamed: true },
        (event).effect = EFFECT_END
      ];
      Failure error = 32 [(field).tag_value = "error", (event).effect = EFFECT_FAIL];
      Other other = 31 [(field).any_other = true];
    }
    RESIDUE
  }
  message WrongEvent {
    oneof event {
      option (oneof).adjacent = { tag: "event" content: "data" };
${arm(1, "Delta", "wrong.content", `effect: EFFECT_MERGE value: "delta" path: [${output}, { member: "content" }]`)}
${arm(2, "Delta", "wrong.output", `effect: EFFECT_MERGE value: "delta" path: [${output}, { member: "output" }, { member: "text" }]`)}
    }
    RESIDUE
  }
  message Other { string event = 1; optional string data = 2 [(field).verbatim = true]; }

  message Failure { optional string message = 1; RESIDUE }
  message Whole { Response response = 1; RESIDUE }
  message ItemEvent { uint32 output_index = 1; Item item = 2; RESIDUE }
  message PartEvent { uint32 output_index = 1; uint32 content_index = 2; Part part = 3; RESIDUE }
  message SummaryEvent {
    uint32 output_index = 1; uint32 summary_index = 2; SummaryText part = 3; RESIDUE
  }
  message NoteEvent {
    uint32 output_index = 1; uint32 content_index = 2; uint32 note_index = 3; Note note = 4; RESIDUE
  }
  message TextDelta {
    uint32 output_index = 1; uint32 content_index = 2;
    string delta = 3 [(merge) = MERGE_CONCATENATE];
    repeated double scores = 4 [(merge) = MERGE_APPEND];
    RESIDUE
  }
  message Place { uint32 output_index = 1; RESIDUE }
  message TextDone { uint32 output_index = 1; uint32 content_index = 2; string text = 3; RESIDUE }
  message Delta {
    uint32 output_index = 1; string delta = 2 [(merge) = MERGE_CONCATENATE]; RESIDUE
  }
  message Command {
    uint32 output_index = 1; uint32 command_index = 2; string command = 3; RESIDUE
  }
  message CommandDelta {
    uint32 output_index = 1; uint32 command_index = 2;
    string delta = 3 [(merge) = MERGE_CONCATENATE];
    RESIDUE
  }
  message OutputDelta { uint32 output_index = 1; uint32 command_index = 2; Streams delta = 3; RESIDUE }
  message OutputDone {
    uint32 output_index = 1; uint32 command_index = 2;
    repeated CommandOutput output = 3 [(field).presence = PRESENCE_REQUIRED];
    RESIDUE
  }
  message Streams {
    optional string stdout = 1 [(merge) = MERGE_CONCATENATE];
    optional string stderr = 2 [(merge) = MERGE_CONCATENATE];
    RESIDUE
  }

  message Response {
    string id = 1;
    repeated Item output = 2 [(field).presence = PRESENCE_REQUIRED];
    RESIDUE
  }
  message Item {
    oneof item {
      option (oneof).inline.tag = "type";
      OutputMessage message = 1;
      Reasoning reasoning = 2;
      FunctionCall function_call = 3;
      SearchCall search_call = 4;
      CodeCall code_call = 5;
      PatchCall patch_call = 6;
      ShellCall shell_call = 7;
      ShellOutput shell_output = 8;
      FunctionOutput function_output = 9;
      string other = 10 [(field) = { verbatim: true any_other: true }];
    }
  }
  message OutputMessage {
    option (message) = { constants: { name: "type" value: "message" } };
    repeated MessagePart content = 1 [(field).presence = PRESENCE_REQUIRED];
    optional string status = 2;
    RESIDUE
  }
  message Reasoning {
    option (message) = { constants: { name: "type" value: "reasoning" } };
    repeated SummaryPart summary = 1 [(field).presence = PRESENCE_REQUIRED];
    repeated ReasoningText content = 2;
    RESIDUE
  }
  message FunctionCall {
    option (message) = { constants: { name: "type" value: "function_call" } };
    string arguments = 1;
    RESIDUE
  }
  message SearchCall {
    option (message) = { constants: { name: "type" value: "search_call" } };
    optional string arguments = 1 [(field).verbatim = true];
    optional SearchStatus status = 2;
    RESIDUE
  }
  enum SearchStatus {
    SEARCH_STATUS_UNSPECIFIED = 0;
    SEARCH_STATUS_SEARCHING = 1 [(enum_value).value = "searching"];
    SEARCH_STATUS_COMPLETED = 2 [(enum_value).value = "completed"];
  }
  message CodeCall {
    option (message) = { constants: { name: "type" value: "code_call" } };
    optional string code = 1 [(field).presence = PRESENCE_NULLABLE];
    optional CodeStatus status = 2;
    RESIDUE
  }
  enum CodeStatus {
    CODE_STATUS_UNSPECIFIED = 0;
    CODE_STATUS_COMPLETED = 1 [(enum_value).value = "completed"];
  }
  message PatchCall {
    option (message) = { constants: { name: "type" value: "patch_call" } };
    Operation operation = 1;
    RESIDUE
  }
  message Operation {
    oneof operation {
      option (oneof).inline.tag = "type";
      CreateFile create_file = 1;
      DeleteFile delete_file = 2;
    }
  }
  message CreateFile {
    option (message) = { constants: { name: "type" value: "create_file" } };
    string path = 1; string diff = 2; RESIDUE
  }
  message DeleteFile {
    option (message) = { constants: { name: "type" value: "delete_file" } };
    string path = 1; RESIDUE
  }
  message ShellCall {
    option (message) = { constants: { name: "type" value: "shell_call" } };
    ShellAction action = 1;
    RESIDUE
  }
  message ShellAction { repeated string commands = 1 [(field).presence = PRESENCE_REQUIRED]; RESIDUE }
  message ShellOutput {
    option (message) = { constants: { name: "type" value: "shell_output" } };
    repeated CommandOutput output = 1 [(field).presence = PRESENCE_REQUIRED];
    RESIDUE
  }
  message CommandOutput { string stdout = 1; string stderr = 2; RESIDUE }
  message FunctionOutput {
    option (message) = { constants: { name: "type" value: "function_output" } };
    FunctionResult output = 1;
    RESIDUE
  }
  message FunctionResult {
    oneof result {
      option (oneof).kind = {};
      string text = 1;
      FunctionResults parts = 2;
    }
  }
  message FunctionResults { option (message).array = true; repeated Part parts = 1; }

  message Part {
    oneof part {
      option (oneof).inline.tag = "type";
      OutputText output_text = 1;
      Refusal refusal = 2;
      ReasoningText reasoning_text = 3;
      string other = 4 [(field) = { verbatim: true any_other: true }];
    }
  }
  message MessagePart {
    oneof part {
      option (oneof).inline.tag = "type";
      OutputText text = 5;
      Refusal refused = 6;
      string more = 7 [(field) = { verbatim: true any_other: true }];
    }
  }
  message SummaryPart {
    oneof part {
      option (oneof).inline.tag = "type";
      SummaryText summary_text = 1;
    }
  }
  message OutputText {
    option (message) = { constants: { name: "type" value: "output_text" } };
    string text = 1;
    repeated Note notes = 2 [(field).presence = PRESENCE_EMPTY];
    repeated double scores = 3;
    RESIDUE
  }
  message Refusal {
    option (message) = { constants: { name: "type" value: "refusal" } };
    string refusal = 1;
    RESIDUE
  }
  message ReasoningText {
    option (message) = { constants: { name: "type" value: "reasoning_text" } };
    string text = 1;
    RESIDUE
  }
  message SummaryText {
    option (message) = { constants: { name: "type" value: "summary_text" } };
    string text = 1;
    RESIDUE
  }
  message Note {
    oneof note {
      option (oneof).inline.tag = "type";
      Citation citation = 1;
      string other = 2 [(field) = { verbatim: true any_other: true }];
    }
  }
  message Citation {
    option (message) = { constants: { name: "type" value: "citation" } };
    string url = 1;
    RESIDUE
  }
`;

const registry = buildSchemas({ "acme.items": schema });

/** Returns a message of this schema by its name. */
export function itemsSchema(name: string): DescMessage {
  return registry.getMessage(`acme.items.${name}`) ?? expect.unreachable(name);
}
