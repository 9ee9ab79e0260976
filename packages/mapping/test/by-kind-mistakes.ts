import type { Mistake } from "./mistake.js";

/** Mistakes in unions by kind, and `NullValue` outside of them. */
export const byKindMistakes: readonly Mistake[] = [
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
      "M.n": 'nothing tells this arm apart: its message needs a constant or an enum "type"',
      "M.q": 'another arm has "p" as its "type"',
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
];
