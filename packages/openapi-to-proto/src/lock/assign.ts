import type { Declaration, ProtoFile } from "../proto/model.js";
import type { NumberedFile } from "../proto/numbered.js";
import type { ImportChange } from "../report/model.js";
import type { Lock, LockedEnum, LockedMessage } from "./lock.js";
import { matchDeclarations } from "./match.js";
import { MessageNumbering } from "./message.js";
import { keepOrder, placesOf } from "./order.js";
import { numberValues } from "./values.js";

/** Files with numbers, and the lock that keeps them. */
export interface Numbered {
  readonly files: readonly NumberedFile[];
  readonly lock: Lock;
  /** How the files differ from those of the import before. */
  readonly changes: readonly ImportChange[];
}

/**
 * Gives fields and enum values their numbers: those that they have in the lock, and new ones in the
 * order of the files. A field whose type changed gets a new number and a new name. The numbers and
 * names of what is no longer there are reserved.
 *
 * Binary that was written before must give the same JSON. So a message of the lock gets no new
 * required fields, and its unset fields keep their meaning, even if the document says otherwise.
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
  const changes: ImportChange[] = [];
  const places = placesOf(before.order);
  const placeOf = ({ name }: Declaration) => places.get(formerNames.get(name) ?? "");
  const numberedFiles = files.map((file) => ({
    ...file,
    declarations: keepOrder(file.declarations, placeOf).map((declaration) => {
      const { name, source } = declaration;
      const former = formerNames.get(name) ?? "";
      if (declaration.kind === "message") {
        const numbering = new MessageNumbering(before.messages.get(former), formerNames);
        const numbered = numbering.number(declaration);
        lockedMessages.set(name, { source, ...numbering.lock() });
        changes.push(...numbering.changes);
        return numbered;
      }
      const result = numberValues(declaration, former, before.enums.get(former));
      lockedEnums.set(name, result.locked);
      changes.push(...result.changes);
      return result.numbered;
    }),
  }));
  return {
    files: numberedFiles,
    lock: {
      order: numberedFiles.flatMap((file) => file.declarations.map(({ name }) => name)),
      messages: withAbsent(lockedMessages, before.messages, messageNames),
      enums: withAbsent(lockedEnums, before.enums, enumNames),
    },
    changes,
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
