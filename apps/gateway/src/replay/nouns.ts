import type { DescMessage } from "@bufbuild/protobuf";

/** Returns what a document of a type is called: "run step" for `RunStep`. */
export function nounOfType({ name }: DescMessage): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, " ").toLowerCase();
}

/** Returns what a variable of a path identifies: "run" for `run_id`. */
export function nounOfVariable(name: string): string {
  return name.replace(/_id$/, "").replaceAll("_", " ");
}
