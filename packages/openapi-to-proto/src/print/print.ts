import { RESIDUE_NUMBER } from "../lock/lock.js";
import type { FieldDeclaration } from "../proto/model.js";
import { enumZero } from "../proto/names.js";
import type {
  NumberedEnum,
  NumberedField,
  NumberedFile,
  NumberedMessage,
  NumberedOneof,
  Reserved,
} from "../proto/numbered.js";
import { commentLines } from "./comment.js";
import {
  enumValueOptions,
  fieldOptions,
  formatOption,
  messageOptions,
  oneofOptions,
  optionFile,
  type PrintedOption,
} from "./options.js";
import { Declared, rooted } from "./references.js";

const RESIDUE_TYPE = "stepwire.json.v1.JsonResidue";
const RESIDUE_FILE = "stepwire/json/v1/json.proto";

/** A file of the result. */
export interface PrintedFile {
  /** The path below the output folder. */
  readonly path: string;
  readonly text: string;
}

/**
 * Returns `.proto` files as text, in the layout of `buf format`.
 *
 * @param header a comment for the start of each file, without `//`.
 */
export function printFiles(files: readonly NumberedFile[], header: string): PrintedFile[] {
  const declared = new Declared(files);
  return files.map((file) => ({
    path: file.path,
    text: new FilePrinter(file, declared).print(header),
  }));
}

class FilePrinter {
  readonly #file: NumberedFile;
  readonly #declared: Declared;
  readonly #imports = new Set<string>();

  constructor(file: NumberedFile, declared: Declared) {
    this.#file = file;
    this.#declared = declared;
  }

  print(header: string): string {
    const { declarations, package: name } = this.#file;
    const blocks = declarations.map((each) =>
      each.kind === "message" ? this.#message(each) : this.#enum(each),
    );
    const imports = [...this.#imports].sort().map((path) => `import "${path}";`);
    const start = [...commentLines(header, ""), 'syntax = "proto3";'];
    return [start, [`package ${name};`], imports, ...blocks]
      .filter((lines) => lines.length > 0)
      .map((lines) => `${lines.join("\n")}\n`)
      .join("\n");
  }

  #message(message: NumberedMessage): string[] {
    const { name, comment, options, members, reserved, residue } = message;
    const start = [
      this.#optionLines(messageOptions(options), "  "),
      reservedLines(reserved).map((line) => `  ${line}`),
    ];
    const fields = members.flatMap((member) =>
      member.kind === "field" ? this.#field(member, "  ") : this.#oneof(member),
    );
    return [
      ...commentLines(comment, ""),
      ...block(`message ${name}`, "", [...start, [...fields, ...this.#residue(residue)]]),
    ];
  }

  #residue(isPresent: boolean): string[] {
    if (!isPresent) {
      return [];
    }
    this.#imports.add(RESIDUE_FILE);
    return [
      "  // Parts of the JSON object that this message does not hold.",
      `  ${rooted(RESIDUE_TYPE, this.#file.package)} json_residue = ${RESIDUE_NUMBER};`,
    ];
  }

  #oneof({ name, comment, shape, fields }: NumberedOneof): string[] {
    const arms = fields.flatMap((field) => this.#field(field, "    "));
    const options = this.#optionLines(oneofOptions(shape), "    ");
    return [...commentLines(comment, "  "), ...block(`oneof ${name}`, "  ", [options, arms])];
  }

  #field(field: NumberedField, indentation: string): string[] {
    const { comment, number, name } = field;
    const options = fieldOptions(field.options);
    const declaration = `${indentation}${this.#type(field)} ${name} = ${number}`;
    return [
      ...commentLines(comment, indentation),
      `${declaration}${this.#bracketed(options, indentation)};`,
    ];
  }

  #type({ label, type }: FieldDeclaration): string {
    this.#import(this.#declared.fileOf(type));
    const name = this.#declared.nameOf(type, this.#file.package);
    switch (label) {
      case "singular":
        return name;
      case "map":
        return `map<string, ${name}>`;
      default:
        return `${label} ${name}`;
    }
  }

  #enum(declaration: NumberedEnum): string[] {
    const { name, comment, values, reserved } = declaration;
    const zero = [
      "  // Not set, or a string that is not in this enum; json_residue holds such a string.",
      `  ${enumZero(name)} = 0;`,
    ];
    const others = values.flatMap((value) => {
      const options = this.#bracketed(enumValueOptions(value.value), "  ");
      return [...commentLines(value.comment, "  "), `  ${value.name} = ${value.number}${options};`];
    });
    const start = reservedLines(reserved).map((line) => `  ${line}`);
    return [
      ...commentLines(comment, ""),
      ...block(`enum ${name}`, "", [start, [...zero, ...others]]),
    ];
  }

  /** Returns options as statements. */
  #optionLines(options: readonly PrintedOption[], indentation: string): string[] {
    return options.map((option) => `${indentation}option ${this.#option(option, indentation)};`);
  }

  /** Returns options in brackets: one on the line, several on lines of their own. */
  #bracketed(options: readonly PrintedOption[], indentation: string): string {
    const [first, ...others] = options;
    if (first === undefined) {
      return "";
    }
    if (others.length === 0) {
      return ` [${this.#option(first, indentation)}]`;
    }
    const inner = `${indentation}  `;
    const lines = options.map((option) => `${inner}${this.#option(option, inner)}`);
    return ` [\n${lines.join(",\n")}\n${indentation}]`;
  }

  #option(option: PrintedOption, indentation: string): string {
    this.#import(optionFile(option));
    const extension = /^\((.*)\)$/.exec(option.name)?.[1];
    const name =
      extension === undefined ? option.name : `(${rooted(extension, this.#file.package)})`;
    return formatOption({ ...option, name }, indentation);
  }

  #import(path: string | undefined): void {
    if (path !== undefined && path !== this.#file.path) {
      this.#imports.add(path);
    }
  }
}

/** Returns a declaration with groups of lines in braces, a blank line between the groups. */
function block(declaration: string, indentation: string, groups: readonly string[][]): string[] {
  const lines = groups
    .filter((group) => group.length > 0)
    .flatMap((group, index) => (index === 0 ? group : ["", ...group]));
  return lines.length === 0
    ? [`${indentation}${declaration} {}`]
    : [`${indentation}${declaration} {`, ...lines, `${indentation}}`];
}

function reservedLines({ numbers, names }: Reserved): string[] {
  return [
    ...(numbers.length === 0 ? [] : [`reserved ${numbers.join(", ")};`]),
    ...(names.length === 0 ? [] : [`reserved ${names.map((name) => `"${name}"`).join(", ")};`]),
  ];
}
