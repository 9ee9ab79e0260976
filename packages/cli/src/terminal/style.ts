import { styleText } from "node:util";
import type { CommandIO, OutputStream } from "../io.js";

type Format = Parameters<typeof styleText>[0];

/** Colours a text if colours are enabled. */
export type Style = (format: Format, text: string) => string;

/**
 * Creates the style for a stream. Colours are enabled on a terminal unless `NO_COLOR` is set, and
 * elsewhere if `FORCE_COLOR` is set. See https://no-color.org and https://force-color.org.
 */
export function createStyle(stream: OutputStream, environment: CommandIO["environment"]): Style {
  return hasColours(stream, environment)
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_format, text) => text;
}

function hasColours(stream: OutputStream, environment: CommandIO["environment"]): boolean {
  const { NO_COLOR: never = "", FORCE_COLOR: always = "", TERM: terminal } = environment;
  if (never !== "") {
    return false;
  }
  return always === "" ? stream.isTTY === true && terminal !== "dumb" : always !== "0";
}
