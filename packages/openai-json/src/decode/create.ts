import { create, type DescMessage } from "@bufbuild/protobuf";
import { type Fields, fieldsOf } from "@stepwire/mapping";

/**
 * Compiles a function that creates empty messages. It copies one message in one step, instead of
 * reading the descriptor each time.
 */
export function compileCreate(desc: DescMessage): () => Fields {
  const empty = fieldsOf(create(desc));
  if (Object.getPrototypeOf(empty) !== Object.prototype) {
    // protobuf-es keeps the zero values of some editions in a prototype.
    return () => fieldsOf(create(desc));
  }
  const lists = desc.fields.filter(({ fieldKind }) => fieldKind === "list");
  const maps = desc.fields.filter(({ fieldKind }) => fieldKind === "map");
  return () => {
    const message = { ...empty };
    for (const { localName } of lists) {
      message[localName] = [];
    }
    for (const { localName } of maps) {
      message[localName] = {};
    }
    for (const { localName } of desc.oneofs) {
      message[localName] = { case: undefined };
    }
    return message;
  };
}
