/** What the caller of the plugin can choose beyond the options of every plugin. */
export interface PluginOptions {
  /**
   * The module whose interface `OpenAIJsonTypes` the generated types are added
   * to, so that functions find them by schema.
   */
  readonly registry: string;
}

/** Reads the option `registry=<module>`. */
export function parseOptions(rawOptions: { key: string; value: string }[]): PluginOptions {
  let registry = "@stepwire/core/openai";
  for (const { key, value } of rawOptions) {
    if (key !== "registry" || value === "") {
      throw new Error(`not an option, or without a value: "${key}"`);
    }
    registry = value;
  }
  return { registry };
}
