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
