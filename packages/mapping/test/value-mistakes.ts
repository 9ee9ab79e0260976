import type { Mistake } from "./mistake.js";

/** Mistakes in arrays, enums and the types of values. */
export const valueMistakes: readonly Mistake[] = [
  {
    name: "an array of two fields",
    body: `message M { option (message).array = true; repeated string a = 1; string b = 2; }`,
    problems: { M: "`array` needs a message with one field, a repeated one" },
  },
  {
    name: "an array of no field",
    body: `message M { option (message).array = true; }`,
    problems: { M: "`array` needs a message with one field, a repeated one" },
  },
  {
    name: "an array of a single value",
    body: `message M { option (message).array = true; string a = 1; }`,
    problems: { M: "`array` needs a message with one field, a repeated one" },
  },
  {
    name: "an array with a constant",
    body: `message M {
      option (message) = { array: true constants: { name: "object" value: "x" } };
      repeated string a = 1;
    }`,
    problems: { M: "an array has no members; remove its constants" },
  },
  {
    name: "an enum value without a string",
    body: `message M { E a = 1; repeated E b = 2; map<string, E> c = 3; RESIDUE }
    enum E { E_UNSPECIFIED = 0; E_A = 1; }`,
    problems: { "E.E_A": "needs the option (stepwire.json.v1.enum_value).value" },
  },
  {
    name: "two strings for one enum number",
    body: `
      message M { E e = 1; RESIDUE }
      enum E {
        option allow_alias = true;
        E_UNSPECIFIED = 0;
        E_A = 1 [(enum_value).value = "a"];
        E_B = 1 [(enum_value).value = "b"];
      }`,
    problems: { "E.E_B": '"b" would come back as "a"' },
  },
  {
    name: "two enum values with one string",
    body: `message M { E a = 1; RESIDUE }
    enum E {
      E_UNSPECIFIED = 0;
      E_A = 1 [(enum_value).value = "a"];
      E_B = 2 [(enum_value).value = "a"];
    }`,
    problems: { "E.E_B": '"a" already stands for another value of this enum' },
  },
  {
    name: "float",
    body: `message M { float a = 1; repeated float b = 2; RESIDUE }`,
    problems: {
      "M.a": "a float loses digits of JSON numbers; use double",
      "M.b": "a float loses digits of JSON numbers; use double",
    },
  },
  {
    name: "well-known types",
    body: `message M {
      google.protobuf.Timestamp a = 1;
      google.protobuf.Struct b = 2;
      map<string, google.protobuf.ListValue> c = 3;
      RESIDUE
    }`,
    problems: {
      "M.a": "google.protobuf.Timestamp has no JSON form here",
      "M.b": "google.protobuf.Struct has no JSON form here",
      "M.c": "google.protobuf.ListValue has no JSON form here",
    },
  },
  {
    name: "verbatim on what is no string",
    body: `message M {
      int32 a = 1 [(field).verbatim = true];
      N b = 2 [(field).verbatim = true];
      E c = 3 [(field).verbatim = true];
      repeated N d = 4 [(field).verbatim = true];
      map<string, int32> e = 5 [(field).verbatim = true];
      RESIDUE
    }
    message N { RESIDUE }
    enum E { E_UNSPECIFIED = 0; }`,
    problems: {
      "M.a": "`verbatim` needs a string field",
      "M.b": "`verbatim` needs a string field",
      "M.c": "`verbatim` needs a string field",
      "M.d": "`verbatim` needs a string field",
      "M.e": "`verbatim` needs a string field",
    },
  },
  {
    name: "options where they mean nothing",
    body: `message M {
      string a = 1 [(field) = { tag_value: "x" schema_name: "X" any_other: true }];
      List b = 2;
      Document c = 3;
      oneof o {
        option (oneof).adjacent = { tag: "event" content: "data" };
        Other d = 4 [(field) = { any_other: true tag_value: "x" }];
      }
      stepwire.json.v1.JsonResidue json_residue = 2047 [(field).name = "x"];
    }
    message List {
      option (message).array = true;
      repeated string a = 1 [(field) = { presence: PRESENCE_NULLABLE name: "x" }];
    }
    message Document {
      oneof o {
        option (oneof).inline.tag = "object";
        Thing a = 1 [(field).tag_value = "x"];
        string b = 2 [(field) = { any_other: true verbatim: true name: "x" }];
      }
    }
    message Thing { option (message).constants = { name: "object" value: "thing" }; RESIDUE }
    message Other { string event = 1; optional string data = 2 [(field).verbatim = true]; }`,
    problems: {
      "M.a": [
        "`tag_value` means nothing on a field that is no arm of a oneof",
        "`schema_name` means nothing on a field that is no arm of a oneof",
        "`any_other` means nothing on a field that is no arm of a oneof",
      ],
      "M.d": "`tag_value` means nothing on an arm with `any_other`",
      "M.json_residue": "`name` means nothing on the field of the residue",
      "List.a": [
        "`presence` means nothing on the field of an array",
        "`name` means nothing on the field of an array",
      ],
      "Document.a": "`tag_value` means nothing on an arm of an inline union",
      "Document.b": "`name` means nothing on an arm with `any_other`",
    },
  },
  {
    name: "mistakes in all messages that are reached",
    body: `message M {
      float a = 1;
      N n = 2;
      map<string, O> o = 3;
      RESIDUE
    }
    message N { repeated P p = 1; M m = 2; }
    message O { oneof o { option (oneof).tagged.tag = "type"; Q q = 1; } RESIDUE }
    message P { float a = 1; RESIDUE }
    message Q { option (message).array = true; }`,
    problems: {
      "M.a": "float",
      N: "needs a field",
      "P.a": "float",
      Q: "`array` needs a message with one field",
    },
  },
];
