import type {
  EnumDeclaration,
  FieldDeclaration,
  MessageDeclaration,
  OneofDeclaration,
  ProtoFile,
} from "../proto/model.js";
import { enumZero } from "../proto/names.js";
import type {
  NumberedEnum,
  NumberedField,
  NumberedFile,
  NumberedMessage,
  NumberedOneof,
  NumberedValue,
} from "../proto/numbered.js";
import { withMemberName } from "./field-name.js";
import {
  isFieldNumber,
  type Lock,
  type LockedEnum,
  type LockedField,
  type LockedMessage,
  type LockedName,
} from "./lock.js";
import { matchDeclarations } from "./match.js";
import { Names } from "./names.js";
import { typeText } from "./type-text.js";

/** Files with numbers, and the lock that keeps them. */
export interface Numbered {
  readonly files: readonly NumberedFile[];
  readonly lock: Lock;
}

/**
 * Gives fields and enum values their numbers: those that they have in the lock, and new ones in the
 * order of the files. A field whose type changed gets a new number and a new name. The numbers and
 * names of what is no longer there are reserved.
 */
export function assignNumbers(files: readonly ProtoFile[], before: Lock): Numbered {
  const declarations = files.flatMap((file) => file.declarations);
  const messages = declarations.filter((each) => each.kind === "message");
  const enums = declarations.filter((each) => each.kind === "enum");
  const messageNames = matchDeclarations(messages, before.messages);
  const enumNames = matchDeclarations(enums, before.enums);
  const formerNames = new Map([...messageNames, ...enumNames]);
  const lockedMessages = new Map<string, LockedMessage>();
  const lockedEnums = new Map<string, LockedEnum>();
  const numberedFiles = files.map((file) => ({
    ...file,
    declarations: file.declarations.map((declaration) => {
      const { name, source } = declaration;
      const former = formerNames.get(name) ?? "";
      if (declaration.kind === "message") {
        const numbering = new MessageNumbering(before.messages.get(former), formerNames);
        const numbered = numbering.number(declaration);
        lockedMessages.set(name, { source, ...numbering.lock() });
        return numbered;
      }
      const { numbered, locked } = numberValues(declaration, former, before.enums.get(former));
      lockedEnums.set(name, locked);
      return numbered;
    }),
  }));
  return {
    files: numberedFiles,
    lock: {
      messages: withAbsent(lockedMessages, before.messages, messageNames),
      enums: withAbsent(lockedEnums, before.enums, enumNames),
    },
  };
}

/** Adds the declarations that this import does not have: a later one may have them again. */
function withAbsent<Locked>(
  now: ReadonlyMap<string, Locked>,
  before: ReadonlyMap<string, Locked>,
  matched: ReadonlyMap<string, string>,
): Map<string, Locked> {
  const present = new Set(matched.values());
  const absent = [...before].filter(([name]) => !present.has(name) && !now.has(name));
  return new Map([...now, ...absent]);
}

/** Gives the fields of one message their numbers. */
class MessageNumbering {
  readonly #before: LockedMessage;
  readonly #formerNames: ReadonlyMap<string, string>;
  readonly #names = new Names();
  readonly #fields = new Map<string, LockedField>();
  readonly #reserved: LockedName[];
  /** The fields that keep their numbers. */
  readonly #kept = new Map<FieldDeclaration, LockedName>();
  /** The names of oneofs, by those in the declaration. */
  readonly #oneofs = new Map<string, string>();
  #last = 0;

  constructor(before: LockedMessage | undefined, formerNames: ReadonlyMap<string, string>) {
    this.#before = before ?? { source: "", fields: new Map(), reserved: [] };
    this.#formerNames = formerNames;
    this.#reserved = [...this.#before.reserved];
  }

  number(message: MessageDeclaration): NumberedMessage {
    this.#keep(message);
    const members = message.members.map((member) =>
      member.kind === "field" ? this.#field(member) : this.#oneof(member),
    );
    return { ...message, members, reserved: reservedOf(this.#reserved) };
  }

  /** Returns the lock of the numbered message. */
  lock(): Omit<LockedMessage, "source"> {
    return { fields: this.#fields, reserved: this.#reserved };
  }

  /** Decides which fields keep their numbers, and reserves the other ones. */
  #keep({ members }: MessageDeclaration): void {
    const used = new Set<LockedField>();
    for (const member of members) {
      const isOneof = member.kind === "oneof";
      for (const field of isOneof ? member.fields : [member]) {
        const locked = this.#find(field);
        if (
          locked !== undefined &&
          !used.has(locked) &&
          locked.type === typeText(field, this.#formerNames) &&
          (isOneof ? this.#isOneof(member, locked.oneof) : locked.oneof === undefined)
        ) {
          used.add(locked);
          this.#kept.set(field, locked);
        }
      }
    }
    const lost = [...this.#before.fields.values()].filter((field) => !used.has(field));
    this.#reserved.push(...lost.map(({ number, name }) => ({ number, name })));
    for (const { number } of [...this.#reserved, ...used]) {
      this.#last = Math.max(this.#last, number);
    }
    for (const { name } of this.#reserved) {
      this.#names.reserve(name);
    }
    for (const [field, { number, name }] of this.#kept) {
      const wanted = field.isNamed === true ? field.name : name;
      this.#kept.set(field, { number, name: this.#names.takeFree(wanted) });
    }
  }

  #find({ key, renamedFrom }: FieldDeclaration): LockedField | undefined {
    const { fields } = this.#before;
    return fields.get(key) ?? (renamedFrom === undefined ? undefined : fields.get(renamedFrom));
  }

  /** Whether a oneof is the one in the lock. A oneof keeps its name there as long as it has an arm. */
  #isOneof({ name }: OneofDeclaration, locked: string | undefined): boolean {
    if (locked === undefined) {
      return false;
    }
    if (!this.#oneofs.has(name) && ![...this.#oneofs.values()].includes(locked)) {
      this.#oneofs.set(name, locked);
    }
    return this.#oneofs.get(name) === locked;
  }

  #oneof(oneof: OneofDeclaration): NumberedOneof {
    const name = this.#oneofs.get(oneof.name) ?? oneof.name;
    return {
      ...oneof,
      name,
      fields: oneof.fields.map((field) => this.#field(field, { ...oneof, name })),
    };
  }

  #field(field: FieldDeclaration, oneof?: OneofDeclaration): NumberedField {
    const { number, name } = this.#kept.get(field) ?? {
      number: this.#nextNumber(),
      name: this.#names.takeFree(field.name),
    };
    const type = typeText(field);
    this.#fields.set(field.key, { number, name, type, ...(oneof && { oneof: oneof.name }) });
    return { ...withMemberName(field, name, oneof?.shape), number };
  }

  #nextNumber(): number {
    do {
      this.#last++;
    } while (!isFieldNumber(this.#last));
    return this.#last;
  }
}

function reservedOf(reserved: readonly LockedName[]) {
  const sorted = reserved.toSorted((one, other) => one.number - other.number);
  return { numbers: sorted.map(({ number }) => number), names: sorted.map(({ name }) => name) };
}

interface NumberedValues {
  readonly numbered: NumberedEnum;
  readonly locked: LockedEnum;
}

function numberValues(
  declaration: EnumDeclaration,
  formerName: string,
  before: LockedEnum = { source: "", values: new Map(), reserved: [] },
): NumberedValues {
  const { name, source } = declaration;
  const present = new Set(declaration.values.map(({ value }) => value));
  const lost = [...before.values].filter(([value]) => !present.has(value));
  const reserved = [...before.reserved, ...lost.map(([, locked]) => locked)];
  const names = new Names();
  names.take(enumZero(name));
  for (const each of reserved) {
    names.reserve(each.name);
  }
  const kept = new Map<string, LockedName>();
  for (const { value, name: valueName } of declaration.values) {
    const locked = before.values.get(value);
    if (locked !== undefined) {
      // The names of the values begin with the name of the enum.
      const wanted = formerName === name ? locked.name : valueName;
      kept.set(value, { number: locked.number, name: names.takeFree(wanted) });
    }
  }
  let last = Math.max(0, ...[...kept.values(), ...reserved].map(({ number }) => number));
  const locked = new Map<string, LockedName>();
  const values = declaration.values.map((value): NumberedValue => {
    const given = kept.get(value.value) ?? {
      number: ++last,
      name: names.takeFree(value.name),
    };
    locked.set(value.value, given);
    return { ...value, ...given };
  });
  return {
    numbered: { ...declaration, values, reserved: reservedOf(reserved) },
    locked: { source, values: locked, reserved },
  };
}
