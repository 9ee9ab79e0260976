import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { SingularMapping } from "./model.js";

/**
 * The table of the documents of a message type, compiled from the options in
 * `stepwire/json/v1/column.proto`: its columns, and where their values are in a document.
 */
export interface TableMapping {
  readonly desc: DescMessage;
  readonly columns: readonly ColumnMapping[];
  /** The document itself. */
  readonly root: ColumnNode;
}

/** The type of a column, or of the elements of its lists. */
export type ColumnType = "string" | "boolean" | "integer" | "double" | "timestamp";

/** A column. */
export interface ColumnMapping {
  readonly name: string;
  readonly type: ColumnType;
  /** Whether each value is a list; then `type` is `string`. */
  readonly isList: boolean;
  /** The members that fill it: full names of fields, each with the path below it. */
  readonly sources: readonly string[];
}

/** A message in a document that contains values of columns, or further such messages. */
export interface ColumnNode {
  readonly desc: DescMessage;
  readonly values: readonly ColumnValue[];
  readonly actions: ReadonlyMap<DescField, readonly ColumnAction[]>;
  /** The field with the residue; undefined if the message has none. */
  readonly residue: DescField | undefined;
  /** The indexes of the columns with lists that are not null if the document has this message. */
  readonly lists: readonly number[];
}

/** A value of a column. */
export interface ColumnValue {
  /** The index of the column. */
  readonly column: number;
  /** The name of the member. */
  readonly name: string;
  /** The field of the member; undefined for the tag of a union. */
  readonly field: DescField | undefined;
  /** Whether an unset field means 0, false or the empty string, instead of null. */
  readonly hasDefault: boolean;
}

/** What a field of a message means for columns. */
export type ColumnAction =
  /** The field is a message, or a list of messages. */
  | { readonly kind: "enter"; readonly node: ColumnNode }
  /** The field is the value with this index. */
  | { readonly kind: "read"; readonly value: number; readonly mapping: SingularMapping }
  /** If the field is set, the value with this index is the text. */
  | { readonly kind: "write"; readonly value: number; readonly text: string }
  /** The field is a list of strings, which are appended to the column with this index. */
  | { readonly kind: "append"; readonly column: number };
