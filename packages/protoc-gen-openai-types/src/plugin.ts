import { readFileSync } from "node:fs";
import { createEcmaScriptPlugin, type Plugin } from "@bufbuild/protoplugin";
import { generateTypes } from "./generate-types.js";
import { parseOptions } from "./plugin-options.js";

/**
 * Writes the TypeScript types of the OpenAI JSON that messages map to: for each
 * `<file>.proto` a file `<file>_openai.ts`.
 */
export const openaiTypesPlugin: Plugin = createEcmaScriptPlugin({
  name: "protoc-gen-openai-types",
  version: `v${readVersion()}`,
  parseOptions,
  generateTs: generateTypes,
});

function readVersion(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  return manifest.version;
}
