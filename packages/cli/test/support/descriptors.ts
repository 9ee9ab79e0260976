import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../../../..");

/** Builds a descriptor set of `.proto` files that may import the mapping options. */
export function buildDescriptors(files: Readonly<Record<string, string>>): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-descriptors-"));
  try {
    cpSync(join(root, "proto/stepwire/json"), join(folder, "stepwire/json"), { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return execFileSync(
      join(root, "node_modules/.bin/buf"),
      ["build", folder, "--as-file-descriptor-set", "--output", "-"],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A schema that is not the built-in one: letters, lists of them, and what is in them. */
export const letterProto = `
  syntax = "proto3";
  package acme.v1;
  import "stepwire/json/v1/json.proto";

  message Letter {
    option (stepwire.json.v1.message).constants = { name: "object" value: "letter" };
    string id = 1;
    optional int64 sent_at = 2;
    stepwire.json.v1.JsonResidue json_residue = 2047;
  }
  message LetterList {
    option (stepwire.json.v1.message).constants = { name: "object" value: "list" };
    repeated Letter data = 1 [(stepwire.json.v1.field).presence = PRESENCE_REQUIRED];
    stepwire.json.v1.JsonResidue json_residue = 2047;
  }
  message Archived {
    oneof archived {
      option (stepwire.json.v1.oneof).inline.tag = "object";
      Letter letter = 1;
      LetterList letter_page = 2;
      string other = 3 [(stepwire.json.v1.field) = { verbatim: true any_other: true }];
    }
  }
  message Plain { string text = 1; }
`;
