import { hasCurrentLayout, planLineKernel } from "@stepwire/transcode/line-kernel";
import { readDocument } from "../schema/prebuilt.js";
import type { Conversion } from "./block.js";
import type { LineOptions } from "./plan.js";

/**
 * Plans the conversion of JSON documents of the built-in schema, whose types are detected. Returns
 * undefined if the package was not built with the current kernel.
 *
 * @param folder the folder with the results of the build.
 */
export function planBuiltIn(options: LineOptions, folder?: URL): Conversion | undefined {
  const document = readDocument(folder);
  if (document === undefined || !hasCurrentLayout(document.table)) {
    return undefined;
  }
  const { typeName, refused, table } = document;
  const { maxDepth, maxBytes, mode } = options;
  return {
    options: { ...options, schema: { source: {}, typeName } },
    kernel: planLineKernel(table, {
      maxDepth,
      maxBytes,
      refusedJson: refused[mode],
      refusedBinary: 0,
    }),
  };
}
