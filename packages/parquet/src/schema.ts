import type { SchemaElement } from "hyparquet";
import type { Column } from "./columns.js";

/** The elements of a column in the schema of a Parquet file. */
export interface ColumnSchema {
  readonly elements: readonly SchemaElement[];
  /** The names of the elements from the column to its values. */
  readonly path: readonly string[];
  /** The element with the values. */
  readonly leaf: SchemaElement;
}

type LeafType = Pick<SchemaElement, "type" | "converted_type" | "logical_type">;

const leafTypes: Readonly<Record<Column["type"], LeafType>> = {
  binary: { type: "BYTE_ARRAY" },
  string: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  boolean: { type: "BOOLEAN" },
  integer: { type: "INT64" },
  double: { type: "DOUBLE" },
  timestamp: {
    type: "INT64",
    converted_type: "TIMESTAMP_MICROS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
  },
};

/** Returns the schema of a column. */
export function columnSchema({ name, type, isList }: Column): ColumnSchema {
  if (!isList) {
    const repetition_type = type === "binary" ? "REQUIRED" : "OPTIONAL";
    const leaf: SchemaElement = { ...leafTypes[type], name, repetition_type };
    return { elements: [leaf], path: [name], leaf };
  }
  const leaf: SchemaElement = { ...leafTypes[type], name: "element", repetition_type: "REQUIRED" };
  return {
    elements: [
      {
        name,
        repetition_type: "OPTIONAL",
        num_children: 1,
        converted_type: "LIST",
        logical_type: { type: "LIST" },
      },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      leaf,
    ],
    path: [name, "list", "element"],
    leaf,
  };
}
