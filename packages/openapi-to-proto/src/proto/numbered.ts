import type {
  EnumDeclaration,
  EnumValueDeclaration,
  FieldDeclaration,
  MessageDeclaration,
  OneofDeclaration,
} from "./model.js";

/** A `.proto` file whose fields and enum values have numbers: what `lock` makes and `print` writes. */
export interface NumberedFile {
  readonly path: string;
  readonly package: string;
  readonly declarations: readonly (NumberedMessage | NumberedEnum)[];
}

export interface NumberedMessage extends Omit<MessageDeclaration, "members"> {
  readonly members: readonly (NumberedField | NumberedOneof)[];
  readonly reserved: Reserved;
}

export interface NumberedOneof extends Omit<OneofDeclaration, "fields"> {
  readonly fields: readonly NumberedField[];
}

export interface NumberedField extends FieldDeclaration {
  readonly number: number;
}

export interface NumberedEnum extends Omit<EnumDeclaration, "values"> {
  readonly values: readonly NumberedValue[];
  readonly reserved: Reserved;
}

export interface NumberedValue extends EnumValueDeclaration {
  readonly number: number;
}

/** Numbers and names of removed fields or enum values, which nothing may have again. */
export interface Reserved {
  readonly numbers: readonly number[];
  readonly names: readonly string[];
}
