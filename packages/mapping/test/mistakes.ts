/** A schema with mistakes in the mapping options of its message `M`. */
export interface Mistake {
  readonly name: string;
  readonly body: string;
  /** What is reported, in part, by the path within the schema's package. */
  readonly problems: Record<string, string | string[]>;
}

/** Every mistake that is looked for, alone, and some together. */
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
    name: "an inline union with neighbours",
    body: `message M {
      string a = 1;
      oneof o {
        option (oneof).inline.tag = "object";
        string b = 2 [(field) = { any_other: true verbatim: true }];
      }
    }`,
    problems: { M: "a message with an inline union has nothing but that oneof" },
  },
  {
    name: "an inline union with a constant",
    body: `message M {
      option (message).constants = { name: "object" value: "x" };
      oneof o {
        option (oneof).inline.tag = "object";
        string b = 2 [(field) = { any_other: true verbatim: true }];
      }
    }`,
    problems: { M: "an inline union has no members; remove its constants" },
  },
  {
    name: "arms of an inline union that nothing tells apart",
    body: `message M {
      oneof o {
        option (oneof).inline.tag = "object";
        string a = 1;
        Plain b = 2;
        Thing c = 3;
        Thing d = 4;
        Event e = 5;
        Event f = 6;
      }
    }
    message Plain { string a = 1; RESIDUE }
    message Thing { option (message).constants = { name: "object" value: "thing" }; RESIDUE }
    message Event {
      oneof o {
        option (oneof).adjacent = { tag: "event" content: "data" };
        string a = 1;
      }
      RESIDUE
    }`,
    problems: {
      "M.a": "an arm of an inline union is a message",
      "M.b": 'its message needs a constant "object" or an adjacent union',
      "M.d": 'another arm has the constant "thing"',
      "M.f": "arms before this one know all tags of its adjacent union",
    },
  },
  {
    name: "arms of an inline union with the same constant that their lists do not tell apart",
    body: `message M {
      oneof o {
        option (oneof).inline = { tag: "object" list: "data" };
        Things a = 1;
        MoreThings b = 2;
        Texts c = 3;
        Plain d = 4;
        One e = 5;
        Bare f = 6;
      }
    }
    message Thing { option (message).constants = { name: "object" value: "thing" }; RESIDUE }
    message Other { RESIDUE }
    message Things {
      option (message).constants = { name: "object" value: "list" };
      repeated Thing data = 1;
      RESIDUE
    }
    message MoreThings {
      option (message).constants = { name: "object" value: "list" };
      repeated Thing things = 1 [(field).name = "data"];
      RESIDUE
    }
    message Texts {
      option (message).constants = { name: "object" value: "list" };
      repeated string data = 1;
      RESIDUE
    }
    message Plain {
      option (message).constants = { name: "object" value: "list" };
      repeated Other data = 1;
      RESIDUE
    }
    message One {
      option (message).constants = { name: "object" value: "list" };
      Thing data = 1;
      RESIDUE
    }
    message Bare { option (message).constants = { name: "object" value: "list" }; RESIDUE }`,
    problems: {
      "M.b": 'another arm has the constant "list" and "data" of "thing"',
      ...Object.fromEntries(
        ["M.c", "M.d", "M.e", "M.f"].map((arm) => [
          arm,
          'another arm has the constant "list": its message needs a list "data" of messages with a constant "object"',
        ]),
      ),
    },
  },
  {
    name: "adjacent unions with different tags in an inline union",
    body: `message M {
      oneof o {
        option (oneof).inline.tag = "object";
        Event a = 1;
        Message b = 2;
      }
    }
    message Event {
      oneof o {
        option (oneof).adjacent = { tag: "event" content: "data" };
        string a = 1;
      }
      RESIDUE
    }
    message Message {
      oneof o {
        option (oneof).adjacent = { tag: "kind" content: "data" };
        string b = 1;
      }
      RESIDUE
    }`,
    problems: {
      "M.b": 'the arm a is an adjacent union with the tag "event"; this one needs the same tag',
    },
  },
  {
    name: "any_other of an inline union, twice, and on a string that is not verbatim",
    body: `message M {
      oneof o {
        option (oneof).inline.tag = "object";
        string a = 1 [(field) = { any_other: true verbatim: true }];
        string b = 2 [(field).any_other = true];
      }
    }`,
    problems: {
      "M.b": ["another arm has `any_other`", "`any_other` of an inline union is a verbatim string"],
    },
  },
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
  {
    name: "NullValue outside a union",
    body: `message M {
      google.protobuf.NullValue a = 1;
      repeated google.protobuf.NullValue b = 2;
      map<string, google.protobuf.NullValue> c = 3;
      RESIDUE
    }`,
    problems: {
      "M.a": "google.protobuf.NullValue is only for an arm of a tagged union or of a union by kind",
      "M.b": "google.protobuf.NullValue is only for an arm of a tagged union or of a union by kind",
      "M.c": "google.protobuf.NullValue is only for an arm of a tagged union or of a union by kind",
    },
  },
  {
    name: "a union by kind with two arms of a kind",
    body: `message M {
      oneof o {
        option (oneof).kind = {};
        string a = 1;
        bytes b = 2;
        double c = 3;
        int32 d = 4;
        bool e = 5;
        bool f = 6;
        Color g = 7;
        Color h = 8;
        List i = 9;
        List j = 10;
        google.protobuf.NullValue k = 11;
        google.protobuf.NullValue l = 12;
      }
    }
    enum Color { COLOR_NONE = 0; }
    message List { option (message).array = true; repeated string a = 1; }`,
    problems: {
      "M.b": "the arm a takes strings already",
      "M.d": "the arm c takes numbers already",
      "M.f": "the arm e takes booleans already",
      "M.h": "the arm g takes strings of an enum already",
      "M.j": "the arm i takes arrays already",
      "M.l": "the arm k takes null already",
    },
  },
  {
    name: "a union by kind with two arms for objects and no tag",
    body: `message M {
      oneof o {
        option (oneof).kind = {};
        N n = 1;
        Document p = 2;
      }
    }
    message N { RESIDUE }
    message Document {
      oneof o {
        option (oneof).inline.tag = "object";
        string other = 1 [(field) = { any_other: true verbatim: true }];
      }
    }`,
    problems: {
      "M.p": "the arm n takes objects already; set the union's `tag` to tell them apart",
    },
  },
  {
    name: "a union by kind with arms for objects that nothing tells apart",
    body: `message M {
      oneof o {
        option (oneof).kind.tag = "type";
        N n = 1;
        P p = 2;
        P q = 3;
        Event r = 4;
        Event s = 5;
      }
    }
    message N { option (message).constants = { name: "object" value: "n" }; RESIDUE }
    message P { option (message).constants = { name: "type" value: "p" }; RESIDUE }
    message Event {
      oneof o {
        option (oneof).adjacent = { tag: "event" content: "data" };
        string b = 1;
      }
      RESIDUE
    }`,
    problems: {
      "M.n": 'nothing tells this arm apart: its message needs a constant "type"',
      "M.q": 'another arm has the constant "p"',
      "M.s": "arms before this one know all tags of its adjacent union",
    },
  },
  {
    name: "a union by kind with a tag and no arm for objects",
    body: `message M { oneof o { option (oneof).kind.tag = "type"; string a = 1; } }`,
    problems: { "M.o": "`tag` tells arms for objects apart, and there is none" },
  },
  {
    name: "a union by kind beside other things",
    body: `message M {
      option (message).constants = { name: "object" value: "x" };
      oneof o {
        option (oneof).kind = {};
        string a = 1;
      }
      string b = 2;
      RESIDUE
    }`,
    problems: {
      M: [
        "a message with a union by kind has nothing but that oneof",
        "a union by kind has no members; remove its constants",
      ],
    },
  },
  {
    name: "a union by kind with arms that have no kind",
    body: `message M {
      oneof o {
        option (oneof).kind = {};
        google.protobuf.Value a = 1;
        N b = 2;
        google.protobuf.Struct c = 3;
        float d = 4;
      }
    }
    message N { oneof o { option (oneof).kind = {}; string a = 1; } }`,
    problems: {
      "M.a": "an arm of a union by kind takes one JSON type; for any value, use `any_other`",
      "M.b": "the message is a union by kind itself; move its arms here",
      "M.c": [
        "google.protobuf.Struct has no JSON form here",
        "an arm of a union by kind takes one JSON type",
      ],
      "M.d": "a float loses digits",
    },
  },
  {
    name: "a union by kind with two arms for all else, of which one is a message",
    body: `message M {
      oneof o {
        option (oneof).kind = {};
        string a = 1 [(field) = { any_other: true verbatim: true }];
        N b = 2 [(field).any_other = true];
      }
    }
    message N { RESIDUE }`,
    problems: {
      "M.b": [
        "another arm has `any_other` already",
        "`any_other` of a union by kind is a verbatim string",
      ],
    },
  },
  {
    name: "a union by kind with options on its arms",
    body: `message M {
      oneof o {
        option (oneof).kind = {};
        string a = 1 [(field).name = "b"];
        bool c = 2 [(field).presence = PRESENCE_NULLABLE];
        string d = 3 [(field).verbatim = true];
      }
    }`,
    problems: {
      "M.a": "`name` means nothing on an arm of a union by kind",
      "M.c": "`presence` means nothing on an arm of a union by kind",
      "M.d": [
        "`verbatim` means nothing on an arm of a union by kind",
        "an arm of a union by kind takes one JSON type; for any value, use `any_other`",
      ],
    },
  },
  {
    name: "a union by kind within an inline union",
    body: `message M {
      oneof o {
        option (oneof).inline.tag = "type";
        N a = 1;
      }
    }
    message N { oneof o { option (oneof).kind = {}; string a = 1; } }`,
    problems: { "M.a": "nothing tells this arm apart" },
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
