import { create } from "@bufbuild/protobuf";
import {
  type ByKindMapping,
  fieldsOf,
  type JsonKind,
  type KindArm,
  type OneofValue,
} from "@stepwire/mapping";
import type { JsonSource } from "../source.js";
import { compileMessage } from "./compile.js";
import type { DecodeContext } from "./context.js";
import { type Decoder, UNFIT } from "./decoder.js";
import { pickArm, reportVariant } from "./inline.js";
import { compileSingular, expectedStrings } from "./value.js";

/** Compiles the decoder of a union by kind, whose arm is selected by the JSON type. */
export function compileByKind(mapping: ByKindMapping): Decoder {
  const { desc, oneof, otherArm } = mapping;
  const decode = compileArms(mapping);
  return (node, context) => {
    let set = decode(node, context);
    if (set === undefined && otherArm !== undefined) {
      set = { case: otherArm.localName, value: context.text(node) };
    }
    if (set === undefined || set.value === UNFIT) {
      return UNFIT;
    }
    const message = create(desc);
    fieldsOf(message)[oneof.localName] = set;
    return message;
  };
}

/** Returns the arm and its value. If no arm accepts the JSON value, reports that, and returns undefined. */
type ArmsDecoder = <Node>(node: Node, context: DecodeContext<Node>) => OneofValue | undefined;

function compileArms(mapping: ByKindMapping): ArmsDecoder {
  const { armByKind } = mapping;
  const arms = new Map([...armByKind].map(([kind, arm]) => [kind, compileArm(arm)]));
  const decodeEnum = compileEnumArm(mapping);
  const decodeTagged = compileTagged(mapping);
  const report = compileReport(mapping);
  return (node, context) => {
    const kind = kindOf(node, context.source);
    if (kind === "object" && decodeTagged !== undefined) {
      return decodeTagged(node, context);
    }
    const known = kind === "string" ? decodeEnum?.(node, context) : undefined;
    if (known !== undefined) {
      return known;
    }
    const decode = kind && arms.get(kind);
    if (decode !== undefined) {
      return decode(node, context);
    }
    report(node, context, kind);
    return undefined;
  };
}

/** Compiles the decoder of the arm for the strings of an enum; it returns undefined for others. */
function compileEnumArm({ enumArm }: ByKindMapping): ArmsDecoder | undefined {
  if (enumArm === undefined) {
    return undefined;
  }
  const { numberByString } = enumArm.value;
  const { localName } = enumArm.field;
  return (node, { source }) => {
    const string = source.string(node);
    const value = typeof string === "string" ? numberByString.get(string) : undefined;
    return value === undefined ? undefined : { case: localName, value };
  };
}

/** Compiles the decoder of several arms for objects, which a tag distinguishes. */
function compileTagged({ oneof, taggedObjects }: ByKindMapping): ArmsDecoder | undefined {
  if (taggedObjects === undefined) {
    return undefined;
  }
  const protoPath = `${oneof.parent.typeName}.${oneof.name}`;
  return (node, context) => {
    const arm = pickArm(taggedObjects, node, context);
    if (arm === undefined) {
      reportVariant(taggedObjects, protoPath, node, context, false);
      return undefined;
    }
    const value = compileMessage(arm.payload.message)(node, context);
    return { case: arm.field.localName, value };
  };
}

/** Reports a value that no arm accepts. */
type Report = <Node>(node: Node, context: DecodeContext<Node>, kind: JsonKind | undefined) => void;

function compileReport(mapping: ByKindMapping): Report {
  const { desc, oneof, otherArm, enumArm } = mapping;
  const expected = expectedKinds(mapping);
  const enumStrings = enumArm && expectedStrings(enumArm.value);
  return (node, context, kind) => {
    const found = context.source.describe(node);
    if (kind === "string" && enumArm !== undefined && enumStrings !== undefined) {
      const path = `${desc.typeName}.${enumArm.field.name}`;
      context.report("unknown_value", path, enumStrings, found, node);
    } else if (otherArm !== undefined) {
      const path = `${desc.typeName}.${oneof.name}`;
      context.report("unknown_variant", path, expected, found, node);
    } else {
      context.report("wrong_type", desc.typeName, expected, found, node);
    }
  };
}

function compileArm({ field, value }: KindArm): ArmsDecoder {
  const decode = compileSingular(value, `${field.parent.typeName}.${field.name}`);
  const { localName } = field;
  return (node, context) => ({ case: localName, value: decode(node, context) });
}

/** Returns the JSON type of a node; undefined if it is not a JSON value. */
function kindOf<Node>(node: Node, source: JsonSource<Node>): JsonKind | undefined {
  if (source.string(node) !== undefined) {
    return "string";
  }
  if (source.isArray(node)) {
    return "array";
  }
  if (source.isObject(node)) {
    return "object";
  }
  if (source.isNull(node)) {
    return "null";
  }
  if (source.boolean(node) !== undefined) {
    return "boolean";
  }
  return source.double(node) === undefined ? undefined : "number";
}

const WORDS: Readonly<Record<JsonKind, string>> = {
  string: "a string",
  number: "a number",
  boolean: "true or false",
  array: "an array",
  object: "an object",
  null: "null",
};

/** Returns the JSON types that the arms accept, in words. */
function expectedKinds({ arms }: ByKindMapping): string {
  const words = [...new Set(arms.map(({ jsonKind }) => WORDS[jsonKind]))];
  const last = words.pop() ?? "";
  return words.length === 0 ? last : `${words.join(", ")} or ${last}`;
}
