import type { DescMessage } from "@bufbuild/protobuf";

/** Returns the name of a type in words, such as "run step". */
export function nounOfType({ name }: DescMessage): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, " ").toLowerCase();
}

/** Returns the name of the thing that a path variable identifies: "run" for `run_id`. */
export function nounOfVariable(name: string): string {
  return name.replace(/_id$/, "").replaceAll("_", " ");
}
