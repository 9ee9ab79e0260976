import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import type { TypeMember } from "./members.js";

/** An object type, its members one a line, behind their comments. */
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
