import type { EnumMapping, SingularMapping, ValueMapping } from "@stepwire/mapping";
import { base64Text } from "../base64.js";
import { elementsOf, entriesOf } from "../binary/contents.js";
import { encodeAny } from "./any.js";
import type { EncoderCompiler } from "./compiler.js";
import type { Encoder } from "./encoder.js";
import { encodeNumber } from "./number.js";

/** Compiles the encoder of a field's value. `protoPath` names the field in errors. */
export function compileValue<Json, Members>(
  value: ValueMapping,
  protoPath: string,
  compiler: EncoderCompiler<Json, Members>,
): Encoder<Json, Members> {
  switch (value.kind) {
    case "list":
      return compileList(value.element, protoPath, compiler);
    case "map":
      return compileMap(value.value, protoPath, compiler);
    default:
      return compileSingular(value, protoPath, compiler);
  }
}

/** Compiles the encoder of a list. */
export function compileList<Json, Members>(
  element: SingularMapping,
  protoPath: string,
  compiler: EncoderCompiler<Json, Members>,
): Encoder<Json, Members> {
  const encode = compileSingular(element, protoPath, compiler);
  const { target } = compiler;
  return (value, context) => {
    context.checkDepth(protoPath);
    const elements: Json[] = [];
    let index = 0;
    for (const element of elementsOf(value)) {
      context.path.push(index++);
      const json = encode(element, context);
      context.path.pop();
      if (target.keeps) {
        elements.push(json);
      }
    }
    return target.array(elements);
  };
}

function compileMap<Json, Members>(
  value: SingularMapping,
  protoPath: string,
  compiler: EncoderCompiler<Json, Members>,
): Encoder<Json, Members> {
  const encode = compileSingular(value, protoPath, compiler);
  const { target } = compiler;
  return (map, context) => {
    context.checkDepth(protoPath);
    const members = target.members();
    for (const [name, item] of entriesOf(map)) {
      context.path.push(name);
      target.add(members, name, encode(item, context));
      context.path.pop();
    }
    return target.object(members);
  };
}

function compileSingular<Json, Members>(
  mapping: SingularMapping,
  protoPath: string,
  compiler: EncoderCompiler<Json, Members>,
): Encoder<Json, Members> {
  const { target } = compiler;
  switch (mapping.kind) {
    case "string":
      return (value) => target.string(String(value));
    case "bytes":
      return (value) => target.string(value instanceof Uint8Array ? base64Text(value) : "");
    case "boolean":
      return (value) => target.boolean(value === true);
    case "double":
      return (value, context, member) => encodeNumber(value, context, protoPath, member);
    case "integer":
      return (value, context, member) =>
        target.integer(typeof value === "bigint" ? value : Number(value)) ??
        context.report(
          "not_representable",
          protoPath,
          "an integer that a JavaScript number holds exactly (JSON text holds any)",
          String(value),
          member,
        );
    case "enum":
      return compileEnum(mapping, protoPath, compiler);
    case "null":
      return () => target.null();
    case "verbatim":
      return (value, context) => context.verbatim(String(value), protoPath);
    case "any":
      return (value, context) => encodeAny(value, context, protoPath);
    case "message": {
      // Compiled on first use, because message types may contain themselves.
      let encode: Encoder<Json, Members> | undefined;
      return (value, context) => {
        encode ??= compiler.message(mapping.message);
        return encode(value, context);
      };
    }
  }
}

function compileEnum<Json, Members>(
  { desc, stringByNumber }: EnumMapping,
  protoPath: string,
  { target }: EncoderCompiler<Json, Members>,
): Encoder<Json, Members> {
  const expected = `a value of ${desc.typeName} that has a string`;
  return (value, context, member) => {
    const string = typeof value === "number" ? stringByNumber.get(value) : undefined;
    return string === undefined
      ? context.report("unknown_value", protoPath, expected, String(value), member)
      : target.string(string);
  };
}
