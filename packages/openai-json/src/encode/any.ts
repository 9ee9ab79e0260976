import { isMessage } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { elementsOf, entriesOf } from "../binary/contents.js";
import type { EncodeContext } from "./context.js";
import { encodeNumber } from "./number.js";

/** Writes a google.protobuf.Value as JSON. */
export function encodeAny<Json, Members>(
  value: unknown,
  context: EncodeContext<Json, Members>,
  protoPath: string,
): Json {
  const { target, path } = context;
  const kind = isMessage(value, ValueSchema) ? value.kind : { case: undefined };
  switch (kind.case) {
    case "boolValue":
      return target.boolean(kind.value);
    case "stringValue":
      return target.string(kind.value);
    case "numberValue":
      return encodeNumber(kind.value, context, protoPath);
    case "listValue": {
      context.checkDepth(protoPath);
      const elements: Json[] = [];
      let index = 0;
      for (const element of elementsOf(kind.value.values)) {
        path.push(index++);
        const json = encodeAny(element, context, protoPath);
        path.pop();
        if (target.keeps) {
          elements.push(json);
        }
      }
      return target.array(elements);
    }
    case "structValue": {
      context.checkDepth(protoPath);
      const members = target.members();
      for (const [name, field] of entriesOf(kind.value.fields)) {
        path.push(name);
        target.add(members, name, encodeAny(field, context, protoPath));
        path.pop();
      }
      return target.object(members);
    }
    case "nullValue":
      return target.null();
    default:
      return context.report("not_representable", protoPath, "a value", "a Value without a kind");
  }
}
