import { describe, expect, it } from "vitest";
import { type ColumnMapping, getTableMapping } from "../src/index.js";
import { buildSchemas } from "./build-schemas.js";

const registry = buildSchemas({
  columns: `
    message Document {
      option (arm_column) = "kind";
      oneof document {
        option (oneof).inline.tag = "object";
        Letter letter = 1;
        Event event = 2;
      }
    }
    message Letter {
      option (message).constants = { name: "object" value: "letter" };
      string id = 1 [(column) = {}, (column) = { name: "letter_id" }];
      int64 sent = 2 [(column) = { name: "sent_at" timestamp: true }];
      double weight = 3 [(column) = {}];
      optional bool express = 4 [(column) = {}];
      repeated string stamps = 5 [(column) = {}];
      Sender sender = 6 [(column) = { name: "sender" path: "address" }];
      repeated Part parts = 7 [(column) = { name: "parts" path: "type" except: "blank" }];
      RESIDUE
    }
    message Sender {
      string name = 1 [(column) = {}];
      Address address = 2;
      RESIDUE
    }
    message Address {
      oneof value { option (oneof).kind = {}; string text = 1; Sender full = 2; }
    }
    message Part {
      oneof part {
        option (oneof).tagged.tag = "type";
        string text = 1;
        string blank = 2;
      }
      RESIDUE
    }
    message Event {
      option (message).constants = { name: "object" value: "event" };
      option (arm_column) = "type";
      oneof event {
        option (oneof).tagged.tag = "type";
        Letter sent = 1;
        string lost = 2;
      }
      RESIDUE
    }`,
});

function columnsOf(name: string): readonly ColumnMapping[] {
  return getTableMapping(registry.getMessage(`columns.${name}`) ?? expect.unreachable()).columns;
}

describe("the columns of a message", () => {
  it("are those of its fields, with their types", () => {
    const columns = columnsOf("Letter").map(({ name, type, isList }) => [name, type, isList]);
    expect(columns).toEqual([
      ["id", "string", false],
      ["letter_id", "string", false],
      ["sent_at", "timestamp", false],
      ["weight", "double", false],
      ["express", "boolean", false],
      ["stamps", "string", true],
      ["sender", "string", false],
      ["parts", "string", true],
    ]);
  });

  it("are those of all its arms, if it is an inline union, but not of what these contain", () => {
    expect(columnsOf("Document").map(({ name, sources }) => [name, ...sources])).toEqual([
      ["kind", "columns.Document.document"],
      ["id", "columns.Letter.id"],
      ["letter_id", "columns.Letter.id"],
      ["sent_at", "columns.Letter.sent"],
      ["weight", "columns.Letter.weight"],
      ["express", "columns.Letter.express"],
      ["stamps", "columns.Letter.stamps"],
      ["sender", "columns.Letter.sender.address"],
      ["parts", "columns.Letter.parts.type"],
      ["type", "columns.Event.type"],
    ]);
  });

  it("are none without options", () => {
    expect(columnsOf("Part")).toEqual([]);
  });
});
