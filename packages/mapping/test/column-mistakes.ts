import type { Mistake } from "./mistake.js";

/** Mistakes in the options of columns. */
export const columnMistakes: readonly Mistake[] = [
  {
    name: "a path that does not exist",
    body: `message M {
      N a = 1 [(column) = { name: "x" path: "b.c" }];
      N d = 2 [(column) = { name: "y" path: "c" }];
      string e = 3 [(column) = { path: "c" }];
      RESIDUE
    }
    message N { N b = 1; RESIDUE }`,
    problems: {
      "M.a": 'the path "b.c" of the column "x" does not exist',
      "M.d": 'the path "c" of the column "y" does not exist',
      "M.e": 'the path "c" of the column "e" does not exist',
    },
  },
  {
    name: "values that no column can hold",
    body: `message M {
      N a = 1 [(column) = {}];
      bytes b = 2 [(column) = {}];
      string c = 3 [(column) = {}, (field).verbatim = true];
      map<string, string> d = 4 [(column) = {}];
      RESIDUE
    }
    message N { RESIDUE }`,
    problems: {
      "M.a": "is a message; its column needs a `path`",
      "M.b": "is bytes",
      "M.c": "is verbatim",
      "M.d": "is a map",
    },
  },
  {
    name: "lists of anything but strings",
    body: `message M {
      repeated int32 a = 1 [(column) = {}];
      repeated N b = 2 [(column) = { name: "b" path: "c" }];
      repeated E d = 3 [(column) = {}];
      RESIDUE
    }
    message N { bool c = 1; RESIDUE }
    enum E { E_UNSPECIFIED = 0; E_A = 1 [(enum_value).value = "a"]; }`,
    problems: {
      "M.a": 'the column "a" is a list, so its values must be strings',
      "M.b": 'the column "b" is a list, so its values must be strings',
      "M.d": 'the column "d" cannot be a list of enum values',
    },
  },
  {
    name: "options without meaning",
    body: `message M {
      string a = 1 [(column) = { timestamp: true }];
      double b = 2 [(column) = { timestamp: true }];
      string c = 3 [(column) = { except: "x" }];
      RESIDUE
    }`,
    problems: {
      "M.a": "`timestamp` is only for an integer",
      "M.b": "`timestamp` is only for an integer",
      "M.c": "`except` is only for the tag of a union in a list",
    },
  },
  {
    name: "names that no column can have",
    body: `message M {
      string a = 1 [(column) = { name: "A b" }];
      string b = 2 [(column) = { name: "document" }];
      RESIDUE
    }`,
    problems: {
      "M.a": 'a column cannot have the name "A b"',
      "M.b": 'a column cannot have the name "document"',
    },
  },
  {
    name: "two fields for a column",
    body: `message M {
      string a = 1 [(column) = {}];
      string b = 2 [(column) = { name: "a" }];
      RESIDUE
    }`,
    problems: { "M.b": 'another field of the message fills the column "a" too' },
  },
  {
    name: "a column with several types",
    body: `message M {
      oneof o {
        option (oneof).inline.tag = "type";
        A a = 1;
        B b = 2;
        C c = 3;
      }
    }
    message A { option (message).constants = { name: "type" value: "a" };
      string x = 1 [(column) = {}]; repeated string y = 2 [(column) = {}]; RESIDUE }
    message B { option (message).constants = { name: "type" value: "b" };
      int32 x = 1 [(column) = {}]; RESIDUE }
    message C { option (message).constants = { name: "type" value: "c" };
      string y = 1 [(column) = {}]; RESIDUE }`,
    problems: {
      "B.x": 'the column "x" has the type string elsewhere, here the type integer',
      "C.y": 'the column "y" has lists of the type string elsewhere, here the type string',
    },
  },
  {
    name: "an arm column without a union, and a column on an arm of an inline union",
    body: `message M {
      option (arm_column) = "kind";
      oneof o {
        option (oneof).inline.tag = "type";
        A a = 1 [(column) = {}];
      }
    }
    message A {
      option (message).constants = { name: "type" value: "a" };
      option (arm_column) = "arm";
      string x = 1;
      RESIDUE
    }`,
    problems: {
      "M.a": "a column means nothing here; set it on fields of the message",
      A: "`arm_column` is only for a message with one union",
    },
  },
];
