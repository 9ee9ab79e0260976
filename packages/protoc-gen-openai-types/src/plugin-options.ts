/** Options of this plugin, in addition to those of every plugin. */
export interface PluginOptions {
  /**
   * The module with the interface `OpenAIJsonTypes`. The generated types are added to it, so that
   * functions find the type of a schema.
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
