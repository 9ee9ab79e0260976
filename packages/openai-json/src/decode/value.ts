import { NullValue } from "@bufbuild/protobuf/wkt";
import type { EnumMapping, IntegerMapping, SingularMapping, ValueMapping } from "@stepwire/mapping";
import { bytesOf } from "../base64.js";
import { INEXACT } from "../source.js";
import { decodeAny } from "./any.js";
import { compileMessage } from "./compile.js";
import { decodeElements, decodeMembers } from "./containers.js";
import { type Decoder, UNFIT } from "./decoder.js";

/** Compiles the decoder of a field's value. `protoPath` names the field in errors. */
export function compileValue(value: ValueMapping, protoPath: string): Decoder {
  switch (value.kind) {
    case "list":
      return compileList(value.element, protoPath);
    case "map":
      return compileMap(value.value, protoPath);
    default:
      return compileSingular(value, protoPath);
  }
}

/** Compiles the decoder of a list. One element that does not fit makes the list unfit. */
export function compileList(element: SingularMapping, protoPath: string): Decoder {
  const decode = compileSingular(element, protoPath);
  return (node, context) => {
    const { source } = context;
    if (!source.isArray(node)) {
      context.report("wrong_type", protoPath, "an array", source.describe(node), node);
      return UNFIT;
    }
    context.checkDepth(protoPath);
    return decodeElements(node, context, (element) => decode(element, context));
  };
}

function compileMap(value: SingularMapping, protoPath: string): Decoder {
  const decode = compileSingular(value, protoPath);
  return (node, context) => {
    const { source } = context;
    if (!source.isObject(node)) {
      context.report("wrong_type", protoPath, "an object", source.describe(node), node);
      return UNFIT;
    }
    context.checkDepth(protoPath);
    return decodeMembers(node, context, (member) => decode(member, context));
  };
}

/** Compiles the decoder of a value that is not a list or a map. */
export function compileSingular(value: SingularMapping, protoPath: string): Decoder {
  switch (value.kind) {
    case "string":
      return compileString(protoPath);
    case "bytes":
      return compileBytes(protoPath);
    case "boolean":
      return compileBoolean(protoPath);
    case "double":
      return compileDouble(protoPath);
    case "integer":
      return compileInteger(value, protoPath);
    case "enum":
      return compileEnum(value, protoPath);
    case "null":
      // Only an arm that null has selected has this type.
      return () => NullValue.NULL_VALUE;
    case "verbatim":
      return (node, context) => context.text(node);
    case "any":
      return (node, context) => decodeAny(node, context, protoPath, 0);
    case "message": {
      // Compiled on first use, because message types may contain themselves.
      let decode: Decoder | undefined;
      return (node, context) => {
        decode ??= compileMessage(value.message);
        return decode(node, context);
      };
    }
  }
}

function compileString(protoPath: string): Decoder {
  return (node, context, member) => {
    const string = context.source.string(node);
    if (string === undefined) {
      context.report(
        "wrong_type",
        protoPath,
        "a string",
        context.source.describe(node),
        node,
        member,
      );
      return UNFIT;
    }
    if (string === INEXACT) {
      const found = context.source.describe(node);
      context.report(
        "not_representable",
        protoPath,
        "a string of Unicode characters",
        found,
        node,
        member,
      );
      return UNFIT;
    }
    return string;
  };
}

function compileBytes(protoPath: string): Decoder {
  return (node, context) => {
    const string = context.source.string(node);
    const bytes = typeof string === "string" ? bytesOf(string) : undefined;
    if (bytes === undefined) {
      const code = string === undefined ? "wrong_type" : "not_representable";
      const expected =
        string === undefined ? "a string" : "base64 of the standard alphabet, with padding";
      context.report(code, protoPath, expected, context.source.describe(node), node);
      return UNFIT;
    }
    return bytes;
  };
}

function compileBoolean(protoPath: string): Decoder {
  return (node, context, member) => {
    const boolean = context.source.boolean(node);
    if (boolean === undefined) {
      context.report(
        "wrong_type",
        protoPath,
        "true or false",
        context.source.describe(node),
        node,
        member,
      );
      return UNFIT;
    }
    return boolean;
  };
}

function compileDouble(protoPath: string): Decoder {
  return (node, context, member) => {
    const number = context.source.double(node);
    if (number === undefined || number === INEXACT) {
      const code = number === undefined ? "wrong_type" : "not_representable";
      const expected = number === undefined ? "a number" : "a number that a double holds exactly";
      context.report(code, protoPath, expected, context.source.describe(node), node, member);
      return UNFIT;
    }
    return number;
  };
}

function compileInteger(value: IntegerMapping, protoPath: string): Decoder {
  return (node, context, member) => {
    const integer = context.source.integer(node, value);
    if (integer === undefined || integer === INEXACT) {
      const code = integer === undefined ? "wrong_type" : "not_representable";
      const expected = `an integer from ${value.minimum} to ${value.maximum}`;
      context.report(code, protoPath, expected, context.source.describe(node), node, member);
      return UNFIT;
    }
    return integer;
  };
}

function compileEnum(value: EnumMapping, protoPath: string): Decoder {
  const { numberByString } = value;
  const expected = expectedStrings(value);
  return (node, context, member) => {
    const string = context.source.string(node);
    const number = typeof string === "string" ? numberByString.get(string) : undefined;
    if (number === undefined) {
      const code = string === undefined ? "wrong_type" : "unknown_value";
      context.report(code, protoPath, expected, context.source.describe(node), node, member);
      return UNFIT;
    }
    return number;
  };
}

/** Returns the strings of an enum, in words. */
export function expectedStrings({ numberByString }: EnumMapping): string {
  return `one of ${[...numberByString.keys()].map((key) => JSON.stringify(key)).join(", ")}`;
}
