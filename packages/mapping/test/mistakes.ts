import { byKindMistakes } from "./by-kind-mistakes.js";
import { inlineUnionMistakes } from "./inline-union-mistakes.js";
import type { Mistake } from "./mistake.js";
import { valueMistakes } from "./value-mistakes.js";

/** All mistakes that are tested, alone and some together. */
export const mistakes: readonly Mistake[] = [
  {
    name: "no residue",
    body: `message M { string a = 1; }`,
    problems: { M: "needs a field `stepwire.json.v1.JsonResidue json_residue = 2047;`" },
  },
  {
    name: "two residues",
    body: `message M { RESIDUE stepwire.json.v1.JsonResidue more = 2046; }`,
    problems: { "M.more": "another field holds the residue already" },
  },
  {
    name: "a repeated residue",
    body: `message M { RESIDUE repeated stepwire.json.v1.JsonResidue more = 1; }`,
    problems: { "M.more": "the residue is one field, not a list, a map or an arm" },
  },
  {
    name: "a residue in a oneof",
    body: `message M {
      oneof o {
        option (oneof).tagged.tag = "type";
        stepwire.json.v1.JsonResidue residue = 1;
      }
    }`,
    problems: {
      M: "needs a field",
      "M.residue": "the residue is one field, not a list, a map or an arm",
    },
  },
  {
    name: "two members of one name",
    body: `message M { string a = 1; string b = 2 [(field).name = "a"]; RESIDUE }`,
    problems: { M: 'two members have the name "a"' },
  },
  {
    name: "a constant with the name of a field",
    body: `message M {
      option (message).constants = { name: "a" value: "x" };
      string a = 1;
      RESIDUE
    }`,
    problems: { M: 'two members have the name "a"' },
  },
  {
    name: "a tag with the name of an arm",
    body: `message M {
      oneof o {
        option (oneof).tagged.tag = "a";
        string a = 1;
      }
      RESIDUE
    }`,
    problems: { M: 'two members have the name "a"' },
  },
  {
    name: "a constant without a name",
    body: `message M { option (message).constants = { value: "x" }; RESIDUE }`,
    problems: { M: "a constant needs a name" },
  },
  {
    name: "a constant that may be null",
    body: `message M {
      option (message).constants = { name: "object" value: "x" presence: PRESENCE_NULLABLE };
      RESIDUE
    }`,
    problems: { M: 'the constant "object" has a string, never null' },
  },
  {
    name: "a constant that may be an empty list",
    body: `message M {
      option (message).constants = { name: "object" value: "x" presence: PRESENCE_EMPTY };
      RESIDUE
    }`,
    problems: { M: 'the constant "object" has a string, never null or a list' },
  },
  {
    name: "a constant after no member",
    body: `message M {
      option (message).constants = { name: "object" value: "x" after: "b" };
      string a = 1;
      RESIDUE
    }`,
    problems: { M: 'the constant "object" stands after "b", which is no member' },
  },
  {
    name: "a oneof without a shape",
    body: `message M { oneof o { string a = 1; } RESIDUE }`,
    problems: { "M.o": "needs the option (stepwire.json.v1.oneof)" },
  },
  {
    name: "a tagged union without a tag",
    body: `message M { oneof o { option (oneof).tagged = {}; string a = 1; } RESIDUE }`,
    problems: { "M.o": "the union needs a tag" },
  },
  {
    name: "an adjacent union without a tag and a content",
    body: `message M { oneof o { option (oneof).adjacent = {}; string a = 1; } RESIDUE }`,
    problems: {
      "M.o": ["the union needs a tag", "the adjacent union needs a content"],
      M: 'two members have the name ""',
    },
  },
  {
    name: "an inline union without a tag",
    body: `message M {
      oneof o {
        option (oneof).inline = {};
        Event a = 1;
      }
    }
    message Event {
      oneof o {
        option (oneof).adjacent = { tag: "event" content: "data" };
        string b = 1;
      }
      RESIDUE
    }`,
    problems: { "M.o": "the union needs a tag" },
  },
  {
    name: "two arms with one tag",
    body: `message M {
      oneof o {
        option (oneof).tagged.tag = "type";
        string a = 1;
        string b = 2 [(field).tag_value = "a"];
      }
      RESIDUE
    }`,
    problems: { "M.b": 'another arm has the tag "a"' },
  },
  {
    name: "two arms with one member for payloads of different types or presence",
    body: `message M {
      oneof o {
        option (oneof).tagged.tag = "type";
        string a = 1;
        int32 b = 2 [(field) = { name: "a" tag_value: "b" }];
        string c = 3 [(field) = { name: "a" tag_value: "c" presence: PRESENCE_OPTIONAL }];
        string d = 4 [(field) = { name: "a" tag_value: "d" }];
      }
      RESIDUE
    }`,
    problems: {
      "M.b": 'another arm has the member "a" for a payload of another type or presence',
      "M.c": 'another arm has the member "a" for a payload of another type or presence',
      "M.d": 'another arm has the member "a" for a payload of another type or presence',
    },
  },
  {
    name: "an arm without a payload that has options of one",
    body: `message M {
      oneof o {
        option (oneof).tagged.tag = "type";
        google.protobuf.NullValue a = 1 [(field).name = "b"];
        google.protobuf.NullValue c = 2 [(field).presence = PRESENCE_NULLABLE];
      }
      RESIDUE
    }`,
    problems: {
      "M.a": "`name` means nothing on an arm without a payload",
      "M.c": "`presence` means nothing on an arm without a payload",
    },
  },
  {
    name: "an arm with an empty tag and another",
    body: `message M {
      oneof o {
        option (oneof).tagged.tag = "type";
        string a = 1 [(field) = { tag_value: "x" empty_tag: true }];
        string b = 2 [(field).empty_tag = true];
      }
      RESIDUE
    }`,
    problems: {
      "M.a": "`empty_tag` stands in place of `tag_value`; remove one of them",
      "M.b": 'another arm has the tag ""',
    },
  },
  {
    name: "a nullable tag",
    body: `message M {
      oneof o {
        option (oneof).tagged = { tag: "type" tag_presence: PRESENCE_NULLABLE };
        string a = 1;
      }
      RESIDUE
    }`,
    problems: { "M.o": "`tag_presence` is PRESENCE_REQUIRED or PRESENCE_OPTIONAL" },
  },
  {
    name: "an empty list that is no list",
    body: `message M {
      optional string a = 1 [(field).presence = PRESENCE_EMPTY];
      oneof o {
        option (oneof).tagged = { tag: "type" tag_presence: PRESENCE_EMPTY };
        string b = 2 [(field).presence = PRESENCE_EMPTY];
      }
      RESIDUE
    }`,
    problems: {
      "M.a": "PRESENCE_EMPTY is only for a list or map",
      "M.b": "PRESENCE_EMPTY is only for a list or map",
      "M.o": "`tag_presence` is PRESENCE_REQUIRED or PRESENCE_OPTIONAL",
    },
  },
  {
    name: "an arm of an adjacent union with a name",
    body: `message M {
      oneof o {
        option (oneof).adjacent = { tag: "event" content: "data" };
        string a = 1 [(field).name = "b"];
      }
      RESIDUE
    }`,
    problems: { "M.a": "`name` means nothing on an arm of an adjacent union" },
  },
  {
    name: "any_other in a tagged union",
    body: `message M {
      oneof o {
        option (oneof).tagged.tag = "type";
        string a = 1;
        string b = 2 [(field).any_other = true];
      }
      RESIDUE
    }`,
    problems: { "M.b": "`any_other` is for one arm of an adjacent or inline union" },
  },
  {
    name: "any_other twice in an adjacent union",
    body: `message M {
      oneof o {
        option (oneof).adjacent = { tag: "event" content: "data" };
        Other a = 1 [(field).any_other = true];
        Other b = 2 [(field).any_other = true];
      }
      RESIDUE
    }
    message Other { string event = 1; optional string data = 2 [(field).verbatim = true]; }`,
    problems: { "M.b": "`any_other` is for one arm of an adjacent or inline union" },
  },
  ...[
    ["a string", "string", ""],
    ["a message without the tag", "Other", "string e = 1; optional string data = 2 [VERBATIM];"],
    ["a message without a content", "Other", "string event = 1;"],
    [
      "a message with more",
      "Other",
      "string event = 1; optional string data = 2 [VERBATIM]; string c = 3;",
    ],
    ["a message with a parsed content", "Other", "string event = 1; optional string data = 2;"],
    [
      "a message whose content is always there",
      "Other",
      "string event = 1; string data = 2 [VERBATIM];",
    ],
  ].map(([kind, type, fields]) => ({
    name: `any_other of an adjacent union on ${kind}`,
    body: `message M {
      oneof o {
        option (oneof).adjacent = { tag: "event" content: "data" };
        string a = 1;
        ${type} b = 2 [(field).any_other = true];
      }
      RESIDUE
    }
    message Other { ${fields?.replaceAll("VERBATIM", "(field).verbatim = true")} }`,
    problems: {
      "M.b": "needs a message with the fields `string event` and `optional string data`",
    },
  })),
  {
    name: "a field that cannot be unset but may be absent",
    body: `message M {
      string a = 1 [(field).presence = PRESENCE_NULLABLE];
      int32 b = 2 [(field).presence = PRESENCE_OPTIONAL];
      RESIDUE
    }`,
    problems: {
      "M.a": "is nullable but cannot be unset; give it the label `optional`",
      "M.b": "is optional but cannot be unset; give it the label `optional`",
    },
  },
  {
    name: "a field that can be unset but must be there",
    body: `message M { optional string a = 1 [(field).presence = PRESENCE_REQUIRED]; RESIDUE }`,
    problems: { "M.a": "is required but has the label `optional`" },
  },
  {
    name: "map keys that are no strings",
    body: `message M { map<int32, string> a = 1; map<bool, string> b = 2; RESIDUE }`,
    problems: {
      "M.a": "the key of a map must be a string",
      "M.b": "the key of a map must be a string",
    },
  },
  ...byKindMistakes,
  ...inlineUnionMistakes,
  ...valueMistakes,
];
