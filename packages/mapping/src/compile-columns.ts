import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type {
  ColumnAction,
  ColumnMapping,
  ColumnNode,
  ColumnType,
  ColumnValue,
  TableMapping,
} from "./column-model.js";
import { type Element, MappingError, type MappingProblem } from "./compilation.js";
import { getMessageMapping } from "./compile.js";
import type { Column } from "./gen/stepwire/json/v1/column_pb.js";
import type {
  InlineArm,
  MessageMapping,
  ObjectMapping,
  SingularMapping,
  UnionMapping,
  ValueMapping,
} from "./model.js";
import { armColumn, columnOptions, fieldOptions } from "./options.js";

/** The column with the documents themselves, which archives add. */
const DOCUMENT = "document";
const COLUMN_NAME = /^[a-z][a-z0-9_]*$/;

const cache = new WeakMap<DescMessage, TableMapping>();

/**
 * Returns the columns of the documents of a message type. The result is cached by descriptor.
 *
 * @throws {MappingError} if options of columns, or mapping options, are wrong, with every mistake.
 */
export function getTableMapping(desc: DescMessage): TableMapping {
  let table = cache.get(desc);
  if (table === undefined) {
    table = new TableCompiler().compile(desc);
    cache.set(desc, table);
  }
  return table;
}

/** A node while its actions are collected. */
interface OpenNode extends ColumnNode {
  readonly values: ColumnValue[];
  readonly actions: Map<DescField, ColumnAction[]>;
  readonly lists: number[];
}

interface OpenColumn extends ColumnMapping {
  readonly sources: string[];
}

/** One column option and where it was set. */
interface Request {
  readonly element: Element;
  readonly column: Pick<Column, "name" | "timestamp" | "except">;
  /** The member whose values the column has. */
  readonly source: string;
  /** The message that the option belongs to. */
  readonly row: OpenNode;
}

class TableCompiler {
  readonly #columns: OpenColumn[] = [];
  readonly #problems = new Map<string, MappingProblem>();

  compile(desc: DescMessage): TableMapping {
    const root = openNode(getMessageMapping(desc));
    this.#addOwn(root, getMessageMapping(desc));
    if (this.#problems.size > 0) {
      throw new MappingError([...this.#problems.values()]);
    }
    return { desc, columns: this.#columns, root };
  }

  #report({ typeName, name, parent }: Element, message: string): void {
    const path = typeName ?? `${parent?.typeName}.${name}`;
    this.#problems.set(`${path}: ${message}`, { path, message });
  }

  /** Adds the columns that the options of a message itself define. */
  #addOwn(row: OpenNode, mapping: MessageMapping): void {
    this.#addArmColumn(row, mapping);
    if (mapping.kind === "inline") {
      for (const { field, payload } of mapping.arms) {
        if (columnOptions(field).length > 0) {
          this.#report(field, "a column means nothing here; set it on fields of the message");
        }
        this.#addOwn(enter(row, field, payload.message), payload.message);
      }
    } else if (mapping.kind === "object") {
      this.#addFieldColumns(row, mapping);
    }
  }

  #addArmColumn(row: OpenNode, mapping: MessageMapping): void {
    const name = armColumn(mapping.desc);
    if (name === "") {
      return;
    }
    const column = { name, timestamp: false, except: [] };
    const { desc } = mapping;
    const [union, ...others] = mapping.kind === "object" ? mapping.unions : [];
    if (mapping.kind === "inline") {
      const source = `${desc.typeName}.${mapping.oneof.name}`;
      this.#writeNames(row, mapping.oneof, { element: desc, column, source, row });
    } else if (union !== undefined && others.length === 0) {
      const source = `${desc.typeName}.${union.tag}`;
      this.#writeTags(row, union, { element: desc, column, source, row });
    } else {
      this.#report(desc, "`arm_column` is only for a message with one union");
    }
  }

  #addFieldColumns(row: OpenNode, mapping: ObjectMapping): void {
    const filled = new Map<string, DescField>();
    for (const field of mapping.desc.fields) {
      const value = findValue(mapping, field);
      for (const column of columnOptions(field)) {
        if (value === undefined) {
          this.#report(field, "this field has no value in JSON, so it cannot fill a column");
          continue;
        }
        const name = column.name || fieldOptions(field).name || field.name;
        const path = [mapping.desc.typeName, field.name, column.path].filter(Boolean).join(".");
        const names = column.path === "" ? [] : column.path.split(".");
        const request = { element: field, column: { ...column, name }, source: path, row };
        if (!this.#resolve(row, { field, value, isList: false }, names, request)) {
          this.#report(field, `the path "${column.path}" of the column "${name}" does not exist`);
        }
        this.#checkFilled(filled.get(name), field, name);
        filled.set(name, field);
      }
    }
  }

  /** Reports a column that two fields of a message fill, unless only one of them can be set. */
  #checkFilled(other: DescField | undefined, field: DescField, name: string): void {
    const isList = this.#columns.some((column) => column.name === name && column.isList);
    const isEither = other?.oneof !== undefined && other.oneof === field.oneof;
    if (other !== undefined && !isList && !isEither) {
      this.#report(field, `another field of the message fills the column "${name}" too`);
    }
  }

  /** Follows a path from a field. Returns whether it exists. */
  #resolve(
    node: OpenNode,
    { field, value, isList }: { field: DescField; value: ValueMapping; isList: boolean },
    names: readonly string[],
    request: Request,
  ): boolean {
    if (value.kind === "list") {
      return this.#resolve(node, { field, value: value.element, isList: true }, names, request);
    }
    if (value.kind === "message") {
      const { message } = value;
      if (names.length > 0 || message.kind === "byKind" || message.kind === "array") {
        return this.#stepInto(enter(node, field, message), message, isList, names, request);
      }
    }
    if (names.length > 0) {
      return false;
    }
    if (value.kind === "map") {
      this.#report(request.element, `the value of the column "${request.column.name}" is a map`);
      return true;
    }
    this.#read(node, field, value, isList, request);
    return true;
  }

  /** Follows a path from a message. Returns whether it exists. */
  #stepInto(
    node: OpenNode,
    mapping: MessageMapping,
    isList: boolean,
    names: readonly string[],
    request: Request,
  ): boolean {
    const [name = "", ...rest] = names;
    switch (mapping.kind) {
      case "array": {
        const { field, element } = mapping;
        return this.#resolve(node, { field, value: element, isList: true }, names, request);
      }
      case "inline":
        return rest.length === 0 && name === mapping.tag
          ? this.#writeInlineTags(node, mapping.arms, isList, request)
          : this.#tryArms(node, mapping.arms, isList, names, request);
      case "byKind": {
        const { enumArm, armByKind, taggedObjects } = mapping;
        const arms = names.length === 0 ? [enumArm, armByKind.get("string")] : mapping.arms;
        const found = arms.map(
          (arm) =>
            arm !== undefined &&
            this.#resolve(node, { field: arm.field, value: arm.value, isList }, names, request),
        );
        const objects = names.length === 0 ? [] : (taggedObjects?.arms ?? []);
        return this.#tryArms(node, objects, isList, names, request) || found.includes(true);
      }
      case "object": {
        const member = mapping.memberByName.get(name);
        switch (member?.kind) {
          case "field":
            return this.#resolve(node, { ...member, isList }, rest, request);
          case "tag":
            if (rest.length > 0) {
              return false;
            }
            this.#writeTags(node, member.union, request, isList);
            return true;
          case "payload":
            return member.arms
              .map((arm) => this.#resolve(node, { ...arm, isList }, rest, request))
              .includes(true);
          default:
            return false;
        }
      }
    }
  }

  /** Follows a path into every arm that has it. */
  #tryArms(
    node: OpenNode,
    arms: readonly InlineArm[],
    isList: boolean,
    names: readonly string[],
    request: Request,
  ): boolean {
    return arms
      .map(({ field, payload: { message } }) => {
        const has = message.kind !== "object" || message.memberByName.has(names[0] ?? "");
        return has && this.#stepInto(enter(node, field, message), message, isList, names, request);
      })
      .includes(true);
  }

  /** Fills a column from a field. */
  #read(
    node: OpenNode,
    field: DescField,
    mapping: SingularMapping,
    isList: boolean,
    request: Request,
  ): void {
    const { element, column } = request;
    const type = column.timestamp && mapping.kind === "integer" ? "timestamp" : typeOf(mapping);
    if (type === undefined) {
      const found =
        mapping.kind === "message" ? "a message; its column needs a `path`" : mapping.kind;
      this.#report(element, `the value of the column "${column.name}" is ${found}`);
      return;
    }
    if (column.timestamp && type !== "timestamp") {
      this.#report(element, "`timestamp` is only for an integer");
    }
    if (column.except.length > 0) {
      this.#report(element, "`except` is only for the tag of a union in a list");
    }
    if (isList && type !== "string") {
      this.#report(element, `the column "${column.name}" is a list, so its values must be strings`);
      return;
    }
    const index = this.#column(request, type, isList);
    if (field.fieldKind === "list") {
      if (mapping.kind === "enum") {
        this.#report(element, `the column "${column.name}" cannot be a list of enum values`);
      } else {
        act(node, field, { kind: "append", column: index });
      }
      return;
    }
    const name = fieldOptions(field).name || field.name;
    const hasDefault =
      field.presence === FeatureSet_FieldPresence.IMPLICIT && mapping.kind !== "enum";
    const value = addValue(node, { column: index, name, field, hasDefault });
    act(node, field, { kind: "read", value, mapping });
  }

  /** Fills a column with the tag of a union. */
  #writeTags(node: OpenNode, union: UnionMapping, request: Request, isList = false): void {
    const { except } = this.#checkExcept(request, isList);
    const column = this.#column(request, "string", isList);
    const value = addValue(node, { column, name: union.tag, field: undefined, hasDefault: false });
    for (const { field, tagValue } of union.arms) {
      if (!except.includes(tagValue)) {
        act(node, field, { kind: "write", value, text: tagValue });
      }
    }
    if (union.otherArm !== undefined) {
      const { field, message, tagField } = union.otherArm;
      const other = enterMessage(node, field, message, undefined);
      const mapping: SingularMapping = { kind: "string" };
      const name = tagField.name;
      const hasDefault = tagField.presence === FeatureSet_FieldPresence.IMPLICIT;
      const index = addValue(other, { column, name, field: tagField, hasDefault });
      act(other, tagField, { kind: "read", value: index, mapping });
    }
  }

  /** Fills a column with the tag of an inline union, which is in the payload. */
  #writeInlineTags(
    node: OpenNode,
    arms: readonly InlineArm[],
    isList: boolean,
    request: Request,
  ): boolean {
    const { except } = this.#checkExcept(request, isList);
    for (const { field, tagValues } of arms) {
      const [text = "", ...others] = tagValues;
      if (others.length > 0) {
        this.#report(request.element, `the arm ${field.name} has several tags`);
      } else if (!except.includes(text) && text !== "") {
        const column = this.#column(request, "string", isList);
        const tag = { column, name: "", field: undefined, hasDefault: false };
        act(node, field, { kind: "write", value: addValue(node, tag), text });
      }
    }
    return true;
  }

  /** Fills a column with the names of the arms of an inline union. */
  #writeNames(node: OpenNode, oneof: DescOneof, request: Request): void {
    const column = this.#column(request, "string", false);
    const value = addValue(node, { column, name: "", field: undefined, hasDefault: false });
    for (const field of oneof.fields) {
      act(node, field, { kind: "write", value, text: field.name });
    }
  }

  #checkExcept({ element, column }: Request, isList: boolean): Request["column"] {
    if (column.except.length > 0 && !isList) {
      this.#report(element, "`except` is only for the tag of a union in a list");
    }
    if (column.timestamp) {
      this.#report(element, "`timestamp` is only for an integer");
    }
    return column;
  }

  /** Returns the index of a column; adds it if it is new. */
  #column(
    { element, column: { name }, source, row }: Request,
    type: ColumnType,
    isList: boolean,
  ): number {
    let index = this.#columns.findIndex((column) => column.name === name);
    const column = this.#columns[index];
    if (column === undefined) {
      if (!COLUMN_NAME.test(name) || name === DOCUMENT) {
        const rule = "lower-case letters, digits and underscores, and not `document`";
        this.#report(element, `a column cannot have the name "${name}"; allowed are ${rule}`);
      }
      index = this.#columns.push({ name, type, isList, sources: [source] }) - 1;
    } else if (column.type !== type || column.isList !== isList) {
      const [one, other] = [describe(column), describe({ type, isList })];
      this.#report(element, `the column "${name}" has ${one} elsewhere, here ${other}`);
    } else if (!column.sources.includes(source)) {
      column.sources.push(source);
    }
    if (isList && !row.lists.includes(index)) {
      row.lists.push(index);
    }
    return index;
  }
}

function describe({ type, isList }: Pick<ColumnMapping, "type" | "isList">): string {
  return isList ? `lists of the type ${type}` : `the type ${type}`;
}

/** Returns the value of a field that is a member or an arm; undefined if it has none in JSON. */
function findValue(mapping: ObjectMapping, field: DescField): ValueMapping | undefined {
  for (const member of mapping.members) {
    if (member.kind === "field" && member.field === field) {
      return member.value;
    }
    if (member.kind === "payload") {
      const arm = member.arms.find((candidate) => candidate.field === field);
      if (arm !== undefined) {
        return arm.value;
      }
    }
  }
  return undefined;
}

function typeOf({ kind }: SingularMapping): ColumnType | undefined {
  switch (kind) {
    case "string":
    case "enum":
      return "string";
    case "boolean":
    case "integer":
    case "double":
      return kind;
    default:
      return undefined;
  }
}

function openNode(mapping: MessageMapping): OpenNode {
  const residue = mapping.kind === "object" ? mapping.residue : undefined;
  return { desc: mapping.desc, values: [], actions: new Map(), residue, lists: [] };
}

/** Returns the node of the message in a field. */
function enter(node: OpenNode, field: DescField, mapping: MessageMapping): OpenNode {
  const residue = mapping.kind === "object" ? mapping.residue : undefined;
  return enterMessage(node, field, mapping.desc, residue);
}

function enterMessage(
  node: OpenNode,
  field: DescField,
  desc: DescMessage,
  residue: DescField | undefined,
): OpenNode {
  const entered = node.actions.get(field)?.find((action) => action.kind === "enter");
  if (entered !== undefined) {
    // All nodes are open while the table is compiled.
    return entered.node as OpenNode;
  }
  const child: OpenNode = { desc, values: [], actions: new Map(), residue, lists: [] };
  act(node, field, { kind: "enter", node: child });
  return child;
}

/** Returns the index of a value; adds it if it is new. */
function addValue(node: OpenNode, value: ColumnValue): number {
  const index = node.values.findIndex(
    ({ column, name, field }) =>
      column === value.column && name === value.name && field === value.field,
  );
  return index === -1 ? node.values.push(value) - 1 : index;
}

function act(node: OpenNode, field: DescField, action: ColumnAction): void {
  const actions = node.actions.get(field);
  if (actions === undefined) {
    node.actions.set(field, [action]);
  } else {
    actions.push(action);
  }
}
