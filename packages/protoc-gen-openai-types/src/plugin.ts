import { readFileSync } from "node:fs";
import { createEcmaScriptPlugin, type Plugin } from "@bufbuild/protoplugin";
import { generateTypes } from "./generate-types.js";
import { parseOptions } from "./plugin-options.js";

/**
 * A plugin that writes the TypeScript types of the messages' OpenAI JSON: a file `<file>_openai.ts` for
 * each `<file>.proto`.
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
