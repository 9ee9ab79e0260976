import type { GeneratedFile } from "@bufbuild/protoplugin";
import type { MessageMapping } from "@stepwire/mapping";
import { messageReference } from "./type-expression.js";

/** Prints the declaration that adds the types to `OpenAIJsonTypes`. */
export function printRegistration(
  target: GeneratedFile,
  messages: readonly MessageMapping[],
  registry: string,
): void {
  target.print("declare module ", target.string(registry), " {");
  target.print("  interface OpenAIJsonTypes {");
  for (const mapping of messages) {
    target.print(
      "    ",
      target.string(mapping.desc.typeName),
      ": ",
      messageReference(target, mapping),
      ";",
    );
  }
  target.print("  }");
  target.print("}");
}
