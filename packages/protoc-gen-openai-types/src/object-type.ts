import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import type { TypeMember } from "./members.js";

/** Prints an object type, one member on each line, each after its comment. */
export function objectType(
  target: GeneratedFile,
  members: readonly TypeMember[],
  indentation = "",
): Printable {
  const inner = `${indentation}  `;
  const lines = members.map(({ name, described, optional, type }, index) => [
    described === undefined || index === 0 ? "" : "\n",
    described === undefined ? "" : [target.jsDoc(described, inner), "\n"],
    [inner, memberName(target, name), optional ? "?: " : ": ", type, ";\n"],
  ]);
  return ["{\n", ...lines, indentation, "}"];
}

function memberName(target: GeneratedFile, name: string): Printable {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : target.string(name);
}
