import type { Schema } from "@bufbuild/protoplugin";
import { collectMappings, type FileMappings } from "./collect-mappings.js";
import type { PluginOptions } from "./plugin-options.js";
import { printEnum } from "./print-enum.js";
import { printMessage } from "./print-message.js";
import { printRegistration } from "./print-registration.js";
import { checkTypeNames, generatedPath } from "./type-names.js";

/** Writes the types of all files that the plugin was asked to generate. */
export function generateTypes(schema: Schema<PluginOptions>): void {
  const mappings = collectMappings(schema.files);
  checkTypeNames(mappings);
  for (const each of mappings) {
    generateFile(schema, each);
  }
}

function generateFile(schema: Schema<PluginOptions>, mappings: FileMappings): void {
  const { file, messages, enums } = mappings;
  const target = schema.generateFile(`${generatedPath(file)}.ts`);
  target.preamble(file);
  for (const mapping of messages) {
    printMessage(target, mapping);
  }
  for (const mapping of enums) {
    printEnum(target, mapping);
  }
  printRegistration(target, messages, schema.options.registry);
}
