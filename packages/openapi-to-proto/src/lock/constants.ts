import type { ConstantOption, FieldDeclaration, MessageDeclaration } from "../proto/model.js";
import type { ImportChange } from "../report/model.js";
import type { LockedMessage } from "./lock.js";

/** A message, and how its constants differ from those in the lock. */
export interface KeptConstants {
  readonly message: MessageDeclaration;
  readonly changes: readonly ImportChange[];
}

/**
 * Returns a message whose constants are those of before, as far as the document allows it: binary
 * does not have them, so another constant, or a field, would change the JSON of what was written
 * before. A member that has further strings now remains a constant, and the residue holds the others.
 */
export function keepConstants(message: MessageDeclaration, before: LockedMessage): KeptConstants {
  const changes: ImportChange[] = [];
  const constants = [...(message.options.constants ?? [])];
  let { members } = message;
  const note = (member: string, change: string, isLoss: boolean): void => {
    changes.push({ place: `${message.name}.${member}`, change, isLoss });
  };
  for (const [name, { value, after }] of before.constants) {
    const index = constants.findIndex((constant) => constant.name === name);
    const now = constants[index];
    if (now !== undefined) {
      constants[index] = withAfter(now, after);
      if (now.value !== value) {
        note(name, `was always "${value}": binary written before reads as "${now.value}"`, true);
      }
      continue;
    }
    const field = members.find((member) => member.kind === "field" && member.key === name);
    if (field?.kind === "field" && holdsStrings(field)) {
      members = members.filter((member) => member !== field);
      constants.push(withAfter(constantOf(name, value, field), after));
      note(name, `remains the constant "${value}"; the residue holds other strings`, false);
    } else {
      note(name, `was always "${value}": binary written before reads without it`, true);
    }
  }
  for (const { name } of isNew(before) ? [] : constants) {
    if (!before.constants.has(name) && !before.fields.has(name)) {
      note(name, "is new and constant: binary written before reads as if it had it", true);
    }
  }
  return { message: { ...message, options: { ...message.options, constants }, members }, changes };
}

/** Returns a constant at its former place in JSON, which makes no difference but in the file. */
function withAfter(
  { after: _, ...constant }: ConstantOption,
  after: string | undefined,
): ConstantOption {
  return { ...constant, ...(after !== undefined && { after }) };
}

function isNew({ constants, fields, reserved }: LockedMessage): boolean {
  return constants.size === 0 && fields.size === 0 && reserved.length === 0;
}

/** Whether a field holds one string, in the residue if it is not the constant. */
function holdsStrings({ label, type, options }: FieldDeclaration): boolean {
  const isString = type.kind === "enum" || (type.kind === "scalar" && type.name === "string");
  return isString && (label === "singular" || label === "optional") && options.verbatim !== true;
}

function constantOf(
  name: string,
  value: string,
  { label, options }: FieldDeclaration,
): ConstantOption {
  const isRequired = label === "singular" && (options.presence ?? "required") === "required";
  return { name, value, ...(!isRequired && { presence: "optional" }) };
}
