import { create } from "@bufbuild/protobuf";
import { type ArrayMapping, fieldsOf, type MessageMapping } from "@stepwire/mapping";
import { compileByKind } from "./by-kind.js";
import { type Decoder, UNFIT } from "./decoder.js";
import { compileInline } from "./inline.js";
import { compileObject } from "./object.js";
import { compileList } from "./value.js";

const cache = new WeakMap<MessageMapping, Decoder>();

/** Compiles the decoder of a message type, compiled on first use. */
export function compileMessage(mapping: MessageMapping): Decoder {
  let decode = cache.get(mapping);
  if (decode === undefined) {
    decode = compile(mapping);
    cache.set(mapping, decode);
  }
  return decode;
}

function compile(mapping: MessageMapping): Decoder {
  switch (mapping.kind) {
    case "object":
      return compileObject(mapping);
    case "array":
      return compileArray(mapping);
    case "inline":
      return compileInline(mapping);
    case "byKind":
      return compileByKind(mapping);
  }
}

function compileArray({ desc, field, element }: ArrayMapping): Decoder {
  const decode = compileList(element, `${desc.typeName}.${field.name}`);
  return (node, context) => {
    const list = decode(node, context);
    if (list === UNFIT) {
      return UNFIT;
    }
    const message = create(desc);
    fieldsOf(message)[field.localName] = list;
    return message;
  };
}
