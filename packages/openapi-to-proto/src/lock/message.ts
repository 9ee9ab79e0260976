import type {
  ConstantOption,
  FieldDeclaration,
  MessageDeclaration,
  OneofDeclaration,
} from "../proto/model.js";
import type { NumberedField, NumberedMessage, NumberedOneof } from "../proto/numbered.js";
import type { ImportChange } from "../report/model.js";
import { keepConstants } from "./constants.js";
import { withMemberName } from "./field-name.js";
import { isFieldNumber, type LockedField, type LockedMessage, type LockedName } from "./lock.js";
import { Names } from "./names.js";
import { keepOrder, placesOf } from "./order.js";
import { keepPresence, newPresence, presenceOf, withoutDefault } from "./presence.js";
import { reservedOf } from "./reserved.js";
import { typeText } from "./type-text.js";

/** Gives the fields of one message their numbers. */
export class MessageNumbering {
  /** How the message differs from the one in the lock. */
  readonly changes: ImportChange[] = [];
  readonly #before: LockedMessage;
  /** Whether the lock has the message. */
  readonly #isKnown: boolean;
  readonly #formerNames: ReadonlyMap<string, string>;
  readonly #places: ReadonlyMap<string, number>;
  readonly #names = new Names();
  readonly #fields = new Map<string, LockedField>();
  #constants: readonly ConstantOption[] = [];
  readonly #reserved: LockedName[];
  /** The fields that keep their numbers. */
  readonly #kept = new Map<FieldDeclaration, LockedField>();
  /** The fields of the lock that keep their numbers. */
  readonly #used = new Set<LockedField>();
  /** The names of oneofs, by those in the declaration. */
  readonly #oneofs = new Map<string, string>();
  #last = 0;

  constructor(before: LockedMessage | undefined, formerNames: ReadonlyMap<string, string>) {
    this.#isKnown = before !== undefined;
    this.#before = before ?? {
      source: "",
      constants: new Map(),
      fields: new Map(),
      reserved: [],
    };
    this.#formerNames = formerNames;
    this.#places = placesOf(this.#before.fields.keys());
    this.#reserved = [...this.#before.reserved];
  }

  number(declaration: MessageDeclaration): NumberedMessage {
    const { message, changes } = keepConstants(declaration, this.#before);
    this.#constants = message.options.constants ?? [];
    this.changes.push(...changes);
    this.#keep(message);
    const ordered = keepOrder(message.members, (member) =>
      this.#placeOf(member.kind === "field" ? member : member.fields[0]),
    );
    const members = ordered.map((member) =>
      member.kind === "field" ? this.#member(message.name, member) : this.#oneof(member),
    );
    return { ...message, members, reserved: reservedOf(this.#reserved) };
  }

  /** Returns the lock of the numbered message. */
  lock(): Omit<LockedMessage, "source"> {
    const constants = new Map(
      this.#constants.map(({ name, value, after }) => [
        name,
        { value, ...(after !== undefined && { after }) },
      ]),
    );
    return { constants, fields: this.#fields, reserved: this.#reserved };
  }

  /** Decides which fields keep their numbers, and reserves the other ones. */
  #keep(message: MessageDeclaration): void {
    const keys = new Set<string>();
    for (const member of message.members) {
      const oneof = member.kind === "oneof" ? member : undefined;
      for (const field of member.kind === "oneof" ? member.fields : [member]) {
        keys.add(field.key);
        this.#keepField(field, oneof);
      }
    }
    this.#reserve(message.name, keys);
    for (const { number } of [...this.#reserved, ...this.#kept.values()]) {
      this.#last = Math.max(this.#last, number);
    }
    for (const [field, locked] of this.#kept) {
      const wanted = field.isNamed === true ? field.name : locked.name;
      this.#kept.set(field, { ...locked, name: this.#names.takeFree(wanted) });
    }
  }

  #keepField(field: FieldDeclaration, oneof: OneofDeclaration | undefined): void {
    const locked = this.#find(field);
    if (
      locked !== undefined &&
      !this.#used.has(locked) &&
      locked.type === typeText(field, this.#formerNames) &&
      (oneof === undefined ? locked.oneof === undefined : this.#isOneof(oneof, locked.oneof))
    ) {
      this.#used.add(locked);
      this.#kept.set(field, locked);
    }
  }

  #reserve(messageName: string, keys: ReadonlySet<string>): void {
    for (const [key, field] of this.#before.fields) {
      if (!this.#used.has(field)) {
        this.#reserved.push({ number: field.number, name: field.name });
        const change = keys.has(key) ? "has another type" : "is no longer there";
        this.changes.push({
          place: `${messageName}.${key}`,
          change: `${change}: in binary written before, its value is not converted to JSON`,
          isLoss: true,
        });
      }
    }
    for (const { name } of this.#reserved) {
      this.#names.reserve(name);
    }
  }

  /** Returns the place of a field in the message before; undefined if it is new. */
  #placeOf(field: FieldDeclaration | undefined): number | undefined {
    const { key = "", renamedFrom = "" } = field ?? {};
    return this.#places.get(key) ?? this.#places.get(renamedFrom);
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
      fields: keepOrder(oneof.fields, (field) => this.#placeOf(field)).map((field) =>
        this.#field(field, field, { ...oneof, name }),
      ),
    };
  }

  /** Numbers a field that is no arm. */
  #member(messageName: string, field: FieldDeclaration): NumberedField {
    const before = this.#kept.get(field)?.presence;
    if (before !== undefined) {
      const { field: kept, loss } = keepPresence(field, before);
      if (loss !== undefined) {
        const place = `${messageName}.${field.key}`;
        this.changes.push({ place, change: loss, isLoss: true });
      }
      return this.#field(field, kept);
    }
    return this.#field(field, this.#isKnown ? newPresence(field) : withoutDefault(field));
  }

  /** Numbers a field, changed or as it is declared. */
  #field(
    declared: FieldDeclaration,
    field: FieldDeclaration,
    oneof?: OneofDeclaration,
  ): NumberedField {
    const { number, name } = this.#kept.get(declared) ?? {
      number: this.#nextNumber(),
      name: this.#names.takeFree(field.name),
    };
    this.#fields.set(field.key, {
      number,
      name,
      type: typeText(field),
      ...(oneof === undefined ? { presence: presenceOf(field) } : { oneof: oneof.name }),
    });
    return { ...withMemberName(field, name, oneof?.shape), number };
  }

  #nextNumber(): number {
    do {
      this.#last++;
    } while (!isFieldNumber(this.#last));
    return this.#last;
  }
}
