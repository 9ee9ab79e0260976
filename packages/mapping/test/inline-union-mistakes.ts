import type { Mistake } from "./mistake.js";

/** Mistakes in inline unions. */
export const inlineUnionMistakes: readonly Mistake[] = [
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
      "M.b": 'its message needs a constant or an enum "object", or an adjacent union',
      "M.d": 'another arm has "thing" as its "object"',
      "M.f": "arms before this one know all tags of its adjacent union",
    },
  },
  {
    name: "enums that do not tell the arms of an inline union apart",
    body: `message M {
      oneof o {
        option (oneof).inline.tag = "object";
        Known a = 1;
        Other b = 2;
        Same c = 3;
        Renamed d = 4;
        List e = 5;
        Blank f = 6;
        Arm g = 7;
      }
    }
    enum Kind { KIND_A = 0 [(enum_value).value = "a"]; KIND_B = 1 [(enum_value).value = "b"]; }
    enum None { NONE_UNSPECIFIED = 0; }
    message Known { Kind object = 1; RESIDUE }
    message Other { option (message).constants = { name: "object" value: "b" }; RESIDUE }
    message Same { optional Kind object = 1; RESIDUE }
    message Renamed { Kind object = 1 [(field).name = "kind"]; RESIDUE }
    message List { repeated Kind object = 1; RESIDUE }
    message Blank { None object = 1; RESIDUE }
    message Arm { oneof p { option (oneof).tagged.tag = "type"; Kind object = 1; } RESIDUE }`,
    problems: {
      "M.b": 'another arm has "b" as its "object"',
      "M.c": ['another arm has "a" as its "object"', 'another arm has "b" as its "object"'],
      ...Object.fromEntries(
        ["M.d", "M.e", "M.f", "M.g"].map((arm) => [
          arm,
          'its message needs a constant or an enum "object", or an adjacent union',
        ]),
      ),
    },
  },
  {
    name: "arms for objects without a tag: two, and one whose tag is required",
    body: `message M {
      oneof o {
        option (oneof).inline.tag = "object";
        Thing a = 1 [(field).without_tag = true];
        Plain b = 2 [(field).without_tag = true];
      }
    }
    message Thing { option (message).constants = { name: "object" value: "thing" }; RESIDUE }
    message Plain { RESIDUE }`,
    problems: {
      "M.a": 'takes objects without the tag, but "object" is required in its message',
      "M.b": "the arm a takes objects without the tag already",
    },
  },
  {
    name: "an arm for objects without a tag whose enum is required",
    body: `message M {
      oneof o {
        option (oneof).inline.tag = "object";
        Thing a = 1 [(field).without_tag = true];
      }
    }
    enum Kind { KIND_A = 0 [(enum_value).value = "a"]; }
    message Thing { Kind object = 1; RESIDUE }`,
    problems: { "M.a": 'takes objects without the tag, but "object" is required in its message' },
  },
  {
    name: "objects without a tag where there is no tag to lack",
    body: `message M { Plain a = 1 [(field).without_tag = true]; K k = 2; T t = 3; RESIDUE }
    message Plain { RESIDUE }
    message List { option (message).array = true; repeated string list = 1; }
    message K { oneof o { option (oneof).kind = {}; Plain b = 1 [(field).without_tag = true]; } }
    message T {
      oneof o {
        option (oneof).kind.tag = "type";
        List c = 1 [(field).without_tag = true];
        Plain d = 2 [(field).without_tag = true];
      }
    }`,
    problems: {
      "M.a": "`without_tag` means nothing on a field that is no arm of a oneof; remove it",
      "K.b": "`without_tag` means nothing on an arm of a union by kind; remove it",
      "T.c": "`without_tag` means nothing on an arm of a union by kind; remove it",
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
      "M.b": 'another arm has "list" as its "object" and "data" of "thing"',
      ...Object.fromEntries(
        ["M.c", "M.d", "M.e", "M.f"].map((arm) => [
          arm,
          'another arm has "list" as its "object": its message needs a list "data" of messages with a constant or an enum "object"',
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
];
