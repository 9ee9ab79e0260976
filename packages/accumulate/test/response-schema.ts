import type { DescMessage } from "@bufbuild/protobuf";
import { buildSchemas } from "@stepwire/testing";
import { expect } from "vitest";

/**
 * A stream as that of the Responses API: events bring a response, or parts of it by
 * their index.
 */
const responseSchema = `
  message Event {
    oneof event {
      option (oneof).adjacent = { tag: "event" content: "data" };
      ResponseEvent created = 1 [
        (field).tag_value = "response.created",
        (event) = { effect: EFFECT_REPLACE value: "response" }
      ];
      ResponseEvent completed = 2 [
        (field).tag_value = "response.completed",
        (event) = { effect: EFFECT_REPLACE value: "response" ends_object: true }
      ];
      ItemEvent item_added = 3 [
        (field).tag_value = "response.output_item.added",
        (event) = {
          effect: EFFECT_REPLACE object: "Response" latest: true value: "item"
          path: [{ member: "output" index: "output_index" }]
        }
      ];
      PartEvent part_added = 4 [
        (field).tag_value = "response.content_part.added",
        (event) = {
          effect: EFFECT_REPLACE object: "Response" latest: true value: "part"
          path: [
            { member: "output" index: "output_index" },
            { member: "content" index: "content_index" }
          ]
        }
      ];
      TextDelta text_delta = 5 [
        (field).tag_value = "response.output_text.delta",
        (event) = {
          effect: EFFECT_MERGE object: "Response" latest: true value: "delta"
          path: [
            { member: "output" index: "output_index" },
            { member: "content" index: "content_index" },
            { member: "text" }
          ]
        }
      ];
      TextDone text_done = 6 [
        (field).tag_value = "response.output_text.done",
        (event) = {
          effect: EFFECT_REPLACE object: "Response" latest: true value: "text"
          path: [
            { member: "output" index: "output_index" },
            { member: "content" index: "content_index" },
            { member: "text" }
          ]
        }
      ];
      ArgumentsDelta arguments_delta = 7 [
        (field).tag_value = "response.function_call_arguments.delta",
        (event) = {
          effect: EFFECT_MERGE object: "Response" latest: true value: "delta"
          path: [{ member: "output" index: "output_index" }, { member: "arguments" }]
        }
      ];
      UsageEvent usage = 8 [
        (field).tag_value = "response.usage",
        (event) = {
          effect: EFFECT_MERGE object: "acme.response.Response" id: "response_id"
          value: "usage" path: [{ member: "usage" }]
        }
      ];
      LabelEvent label = 9 [
        (field).tag_value = "response.label",
        (event) = {
          effect: EFFECT_REPLACE object: "Response" id: "response_id" value: "label"
          path: [{ member: "labels" index: "label_index" }]
        }
      ];
      NoteEvent note = 10 [
        (field).tag_value = "response.note",
        (event) = {
          effect: EFFECT_MERGE object: "Response" latest: true value: "delta"
          path: [
            { member: "notes" },
            { member: "list" },
            { member: "list" index: "index" },
            { member: "text" }
          ]
        }
      ];
      string done = 11 [
        (field) = { tag_value: "done" presence: PRESENCE_OPTIONAL },
        (event).effect = EFFECT_END
      ];
      Failure failed = 12 [
        (field).tag_value = "error",
        (event) = { effect: EFFECT_FAIL unnamed_with: "error" }
      ];
      Other other = 13 [(field).any_other = true];
    }
    optional bool unnamed = 14 [(sse).named_by = "type"];
    RESIDUE
  }

  message Other {
    string event = 1;
    optional string data = 2 [(field).verbatim = true];
  }
  message Failure { optional string message = 1; RESIDUE }

  message ResponseEvent { Response response = 1; RESIDUE }
  message ItemEvent { uint32 output_index = 1; OutputItem item = 2; RESIDUE }
  message PartEvent { uint32 output_index = 1; uint32 content_index = 2; Text part = 3; RESIDUE }
  message TextDelta {
    uint32 output_index = 1;
    uint32 content_index = 2;
    string delta = 3 [(merge) = MERGE_CONCATENATE];
    RESIDUE
  }
  message TextDone { uint32 output_index = 1; uint32 content_index = 2; string text = 3; RESIDUE }
  message ArgumentsDelta {
    uint32 output_index = 1;
    string delta = 2 [(merge) = MERGE_CONCATENATE];
    RESIDUE
  }
  message UsageEvent { string response_id = 1; Usage usage = 2; RESIDUE }
  message LabelEvent { string response_id = 1; uint32 label_index = 2; string label = 3; RESIDUE }
  message NoteEvent {
    uint32 index = 1;
    string delta = 2 [(merge) = MERGE_CONCATENATE];
    RESIDUE
  }

  message Response {
    string id = 1;
    optional string status = 2;
    repeated OutputItem output = 3 [(field).presence = PRESENCE_REQUIRED];
    Usage usage = 4 [(field).presence = PRESENCE_NULLABLE];
    repeated string labels = 5;
    Notes notes = 6;
    RESIDUE
  }
  message OutputItem {
    oneof item {
      option (oneof).inline.tag = "type";
      OutputMessage message = 1;
      FunctionCall function_call = 2;
      string other = 3 [(field) = { verbatim: true any_other: true }];
    }
  }
  message OutputMessage {
    option (message) = { constants: { name: "type" value: "message" } };
    string id = 1;
    repeated Text content = 2 [(field).presence = PRESENCE_REQUIRED];
    RESIDUE
  }
  message FunctionCall {
    option (message) = { constants: { name: "type" value: "function_call" } };
    string name = 1;
    string arguments = 2;
    RESIDUE
  }
  message Text {
    option (message) = { constants: { name: "type" value: "text" } };
    string text = 1;
    RESIDUE
  }
  message Usage { optional uint32 input = 1; optional uint32 output = 2; RESIDUE }
  message Notes {
    oneof notes {
      option (oneof).tagged.tag = "type";
      NoteList list = 1;
      string file = 2;
    }
    RESIDUE
  }
  message NoteList { NoteArray list = 1; RESIDUE }
  message NoteArray {
    option (message).array = true;
    repeated Text notes = 1;
  }
`;

/** A stream as that of Chat Completions: chunks without a name are deltas of a completion. */
const chatSchema = `
  message Event {
    oneof event {
      option (oneof).adjacent = { tag: "event" content: "data" };
      Chunk chunk = 1 [
        (field).empty_tag = true,
        (event) = { effect: EFFECT_MERGE object: "Completion" single: true }
      ];
      Thread thread = 2 [(field).tag_value = "thread", (event).effect = EFFECT_REPLACE];
      Failure failure = 3 [
        (field).tag_value = "error",
        (event) = { effect: EFFECT_FAIL unnamed_with: "error" }
      ];
      Other other = 4 [(field).any_other = true];
    }
    RESIDUE
  }
  message Other { string event = 1; optional string data = 2 [(field).verbatim = true]; }
  message Failure { optional string message = 1; RESIDUE }
  message Thread {
    option (identity) = "owner";
    string id = 1;
    optional string owner = 2;
    RESIDUE
  }
  message Chunk {
    option (message) = {
      constants: { name: "object" value: "chunk" presence: PRESENCE_OPTIONAL }
    };
    optional string id = 1;
    optional string model = 2;
    repeated ChunkChoice choices = 3;
    optional int64 created = 4 [(merge) = MERGE_NONZERO];
    optional string padding = 5 [(merge) = MERGE_NONE];
    Failure error = 6 [(merge) = MERGE_NONE];
    RESIDUE
  }
  message ChunkChoice {
    uint32 index = 1 [(merge) = MERGE_INDEX];
    ChunkMessage delta = 2 [(merge_into) = "message"];
    optional string finish_reason = 3 [(field).presence = PRESENCE_NULLABLE];
    RESIDUE
  }
  message ChunkMessage {
    optional string role = 1;
    Content content = 2;
    repeated Token tokens = 3 [(merge) = MERGE_APPEND];
    repeated uint32 numbers = 4 [(merge) = MERGE_APPEND];
    Flag flag = 5;
    repeated CallDelta calls = 6;
    optional bytes audio = 7 [(merge) = MERGE_CONCATENATE];
    RESIDUE
  }
  message CallDelta {
    optional uint32 index = 1 [(merge) = MERGE_INDEX];
    optional string type = 2;
    FunctionDelta function = 3;
    FunctionDelta custom = 4;
    RESIDUE
  }
  message FunctionDelta { optional string input = 1 [(merge) = MERGE_CONCATENATE]; RESIDUE }
  message Call {
    oneof call {
      option (oneof).tagged.tag = "type";
      Function function = 1;
      Function custom = 2;
    }
    RESIDUE
  }
  message Function { string input = 1; RESIDUE }
  message Completion {
    option (message) = { constants: { name: "object" value: "completion" } };
    string id = 1;
    optional string model = 2;
    repeated Choice choices = 3 [(field).presence = PRESENCE_REQUIRED];
    optional int64 created = 4;
    RESIDUE
  }
  message Choice {
    uint32 index = 1;
    Message message = 2 [(field).presence = PRESENCE_REQUIRED];
    optional string finish_reason = 3 [(field).presence = PRESENCE_NULLABLE];
    RESIDUE
  }
  message Message {
    optional string role = 1;
    Content content = 2;
    repeated Token tokens = 3;
    repeated uint32 numbers = 4;
    Flag flag = 5;
    repeated Call calls = 6;
    bytes audio = 7;
    RESIDUE
  }
  message Content {
    oneof content {
      option (oneof).kind = {};
      string text = 1 [(merge) = MERGE_CONCATENATE, (merge_into) = "text"];
      Parts parts = 2;
    }
  }
  message Parts {
    option (message).array = true;
    repeated Part parts = 1 [(merge) = MERGE_CONTINUE];
  }
  message Part {
    oneof part {
      option (oneof).tagged.tag = "type";
      string text = 1 [(merge) = MERGE_CONCATENATE];
      Parts thinking = 2;
      string image = 3;
    }
    optional bool closed = 4;
    RESIDUE
  }
  message Token { string token = 1; RESIDUE }
  message Flag {
    oneof flag {
      option (oneof).kind = {};
      bool set = 1;
      double level = 2;
    }
  }
`;

const registry = buildSchemas({ "acme.response": responseSchema, "acme.chat": chatSchema });

/** Returns a message of these schemas by its full name, such as `acme.response.Event`. */
export function schemaOf(name: string): DescMessage {
  return registry.getMessage(name) ?? expect.unreachable(name);
}
