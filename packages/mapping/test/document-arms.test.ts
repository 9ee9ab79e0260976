import type { DescMessage } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { getDocumentArms } from "../src/index.js";
import { canBeDocument, findDocuments, toKebabCase } from "../src/internal.js";
import { buildSchemas } from "./build-schemas.js";

const registry = buildSchemas({
  one: `
    message Part { oneof part { option (oneof).inline.tag = "type"; Text text = 1; } }
    message Text {
      option (message).constants = { name: "type" value: "text" };
      string text = 1;
      RESIDUE
    }
    message Letter {
      option (message).constants = { name: "object" value: "letter" };
      repeated Part parts = 1;
      RESIDUE
    }
    message LetterList {
      option (message).constants = { name: "object" value: "list" };
      repeated Letter data = 1;
      RESIDUE
    }
    message Pages { option (message).array = true; repeated string pages = 1; }
    message Either { oneof either { option (oneof).kind = {}; string text = 1; } }
    message GetLetterRequest { string id = 1; }
    message Archived {
      oneof anything {
        option (oneof).inline.tag = "object";
        Letter one_letter = 1;
        LetterList letters = 2;
        string other = 3 [(field) = { verbatim: true any_other: true }];
      }
    }
  `,
});

const messages = [...registry].filter((desc): desc is DescMessage => desc.kind === "message");

describe("documents", () => {
  it("are the inline unions that are no part of another message", () => {
    expect(findDocuments(messages).map(({ typeName }) => typeName)).toEqual(["one.Archived"]);
  });

  it("have an arm for each message, with a name for command lines", () => {
    const [document] = findDocuments(messages);
    const arms = document === undefined ? [] : getDocumentArms(document);
    expect(arms.map(({ name, message }) => [name, message.name])).toEqual([
      ["one-letter", "Letter"],
      ["letters", "LetterList"],
    ]);
  });
});

it.each([
  ["Letter", true],
  ["Part", true],
  ["Archived", true],
  ["Pages", false],
  ["Either", false],
  ["GetLetterRequest", false],
])("tells whether %s can be a document: %s", (name, can) => {
  const message = registry.getMessage(`one.${name}`);
  expect(message && canBeDocument(message)).toBe(can);
});

it.each([
  ["run_step", "run-step"],
  ["RunStep", "run-step"],
  ["Document", "document"],
  ["OpenAIThing", "open-ai-thing"],
])("spells %s as %s", (name, spelled) => {
  expect(toKebabCase(name)).toBe(spelled);
});
