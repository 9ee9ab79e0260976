import type { Annotation } from "@stepwire/wire";
import { printable, shorten } from "../terminal/printable.js";
import { counted } from "../terminal/quantity.js";
import type { Style } from "../terminal/style.js";
import { type DescribedContent, describeContent } from "./content.js";

/** How a listing looks. */
export interface ListingOptions {
  readonly style: Style;
  /** How wide a line may be; values are cut to fit. */
  readonly width: number;
  /** Full paths and whole values instead of a tree. */
  readonly paths: boolean;
}

/** What of a value is shown even where the line has no room left. */
const SMALLEST_VALUE = 16;

/** Explains a binary message, a line for each field in the order of the bytes. */
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

/** What a message is called can be left out; of a value something is always shown. */
function cutValue(text: string, room: number, format: DescribedContent["format"]): string {
  if (format === "dim") {
    return text.length <= room ? text : "";
  }
  return shorten(text, Math.max(SMALLEST_VALUE, room));
}

/** The columns before the path, as texts of one width or as that width. */
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

/** A path in two parts: where the field is, and what stands out. */
interface SplitPath {
  readonly lead: string;
  readonly name: string;
}

/** The messages that the field is in, then its own name. */
function wholePath({ path }: Annotation): SplitPath {
  const [, lead = "", name = path] = /^(.*\.)?([^.]*)$/s.exec(printable(path)) ?? [];
  return { lead, name };
}

/**
 * A message has its whole path, which names what follows; a value has only its own
 * name, so that there is room for the value.
 */
function treePath(annotation: Annotation): SplitPath {
  const { lead, name } = wholePath(annotation);
  const indentation = "  ".repeat(annotation.depth);
  const { kind } = annotation.content;
  return kind === "message" || kind === "entry" || lead === ""
    ? { lead: indentation + lead, name }
    : { lead: `${indentation}.`, name };
}
