import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import type { Compilation } from "./compilation.js";
import { compileTaggedObjects } from "./compile-tagged-objects.js";
import { checkVerbatimArm } from "./compile-verbatim-arm.js";
import type { InlineMapping } from "./model.js";
import { fieldOptions, messageOptions, oneofShape } from "./options.js";

/**
 * Compiles an inline union: the JSON object is the payload of the set arm in the message's one
 * oneof.
 */
export function compileInline(
  compilation: Compilation,
  desc: DescMessage,
  oneof: DescOneof,
): InlineMapping {
  const options = messageOptions(desc);
  const shape = oneofShape(oneof);
  const { tag, list } = shape.case === "inline" ? shape.value : { tag: "", list: "" };
  if (tag === "") {
    compilation.report(oneof, "the union needs a tag");
  }
  if (desc.members.length !== 1) {
    compilation.report(desc, "a message with an inline union has nothing but that oneof");
  }
  if (options.constants.length > 0) {
    compilation.report(desc, "an inline union has no members; remove its constants");
  }
  const fields: DescField[] = [];
  let otherArm: DescField | undefined;
  for (const field of oneof.fields) {
    if (fieldOptions(field).anyOther) {
      checkVerbatimArm(compilation, field, otherArm, "an inline union");
      otherArm = field;
    } else {
      fields.push(field);
    }
  }
  return {
    kind: "inline",
    desc,
    schemaName: options.schemaName || desc.name,
    oneof,
    ...compileTaggedObjects(compilation, fields, { tag, list }, "an arm of an inline union"),
    otherArm,
  };
}
