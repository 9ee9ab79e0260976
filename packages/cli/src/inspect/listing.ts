import type { Annotation } from "@stepwire/wire";
import { printable, shorten } from "../terminal/printable.js";
import { counted } from "../terminal/quantity.js";
import type { Style } from "../terminal/style.js";
import { type DescribedContent, describeContent } from "./content.js";

/** Options of a listing. */
export interface ListingOptions {
  readonly style: Style;
  /** Maximum width of a line; values are shortened to fit. */
  readonly width: number;
  /** Whether to show full paths and whole values instead of a tree. */
  readonly paths: boolean;
}

/** Minimum number of characters shown of a value, even if the line becomes too long. */
const SMALLEST_VALUE = 16;

/** Explains a binary message. Yields a line for each field, in the order of the bytes. */
export function* formatListing(
  bytes: Uint8Array,
  annotations: readonly Annotation[],
  { style, width, paths }: ListingOptions,
): Generator<string, void> {
  const columns = measure(bytes, annotations);
  yield style("bold", header(columns));
  for (const annotation of annotations) {
    const { offset, tag, field, length } = cells(bytes, annotation, columns);
    const { lead, name } = paths ? wholePath(annotation) : treePath(annotation);
    const { separator, text, format } = describeContent(annotation, bytes);
    const used = [offset, tag, field, length, lead + name + separator].join(GAP).length;
    const value = cutValue(
      printable(text),
      paths ? Number.POSITIVE_INFINITY : width - used,
      format,
    );
    yield [
      style("dim", offset),
      style("cyan", tag),
      field,
      length,
      style("dim", lead) + name + (value === "" ? "" : separator + style(format, value)),
    ].join(GAP);
  }
  yield style("dim", `${counted(bytes.length, "byte")}, ${counted(annotations.length, "field")}`);
}

const GAP = "  ";

/**
 * Shortens a text to fit. The name of a message is omitted if it does not fit; a value is always
 * shown in part.
 */
function cutValue(text: string, room: number, format: DescribedContent["format"]): string {
  if (format === "dim") {
    return text.length <= room ? text : "";
  }
  return shorten(text, Math.max(SMALLEST_VALUE, room));
}

/** The columns before the path, either as texts of equal width or as that width. */
interface Columns<Cell> {
  readonly offset: Cell;
  readonly tag: Cell;
  readonly field: Cell;
  readonly length: Cell;
}

function measure(bytes: Uint8Array, annotations: readonly Annotation[]): Columns<number> {
  const widths = { offset: "offset".length, tag: "tag".length, field: 5, length: "length".length };
  for (const annotation of annotations) {
    widths.tag = Math.max(widths.tag, hexadecimal(bytes, annotation.tag).length);
    widths.field = Math.max(widths.field, fieldText(annotation).length);
    widths.length = Math.max(widths.length, lengthText(annotation).length);
  }
  widths.offset = Math.max(widths.offset, bytes.length.toString(16).length);
  return widths;
}

function header({ offset, tag, field, length }: Columns<number>): string {
  return [
    "offset".padStart(offset),
    "tag".padEnd(tag),
    "field".padEnd(field),
    "length".padStart(length),
    "path and value",
  ].join(GAP);
}

function cells(
  bytes: Uint8Array,
  annotation: Annotation,
  widths: Columns<number>,
): Columns<string> {
  const offset = annotation.tag.start.toString(16).padStart(4, "0");
  return {
    offset: offset.padStart(widths.offset),
    tag: hexadecimal(bytes, annotation.tag).padEnd(widths.tag),
    field: fieldText(annotation).padEnd(widths.field),
    length: lengthText(annotation).padStart(widths.length),
  };
}

function fieldText({ fieldNumber, wireType }: Annotation): string {
  return `${fieldNumber} ${wireType}`;
}

function lengthText({ length, value }: Annotation): string {
  return length === undefined ? "" : String(value.end - value.start);
}

function hexadecimal(bytes: Uint8Array, { start, end }: Annotation["tag"]): string {
  return Buffer.from(bytes.subarray(start, end))
    .toString("hex")
    .replace(/(..)(?=.)/g, "$1 ");
}

/** A path in two parts: the parents of the field, and the part that is highlighted. */
interface SplitPath {
  readonly lead: string;
  readonly name: string;
}

/** Returns the path of the parent messages and the name of the field. */
function wholePath({ path }: Annotation): SplitPath {
  const [, lead = "", name = path] = /^(.*\.)?([^.]*)$/s.exec(printable(path)) ?? [];
  return { lead, name };
}

/**
 * Returns the full path for a message, because it is the heading of the fields below it; returns
 * only the field's name for a value, to leave more room for the value.
 */
function treePath(annotation: Annotation): SplitPath {
  const { lead, name } = wholePath(annotation);
  const indentation = "  ".repeat(annotation.depth);
  const { kind } = annotation.content;
  return kind === "message" || kind === "entry" || lead === ""
    ? { lead: indentation + lead, name }
    : { lead: `${indentation}.`, name };
}
