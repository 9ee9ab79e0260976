import type { EnumDeclaration } from "../proto/model.js";
import { enumZero } from "../proto/names.js";
import type { NumberedEnum, NumberedValue } from "../proto/numbered.js";
import type { ImportChange } from "../report/model.js";
import type { LockedEnum, LockedName } from "./lock.js";
import { Names } from "./names.js";
import { keepOrder, placesOf } from "./order.js";
import { reservedOf } from "./reserved.js";

/** An enum with numbers. */
interface NumberedValues {
  readonly numbered: NumberedEnum;
  readonly locked: LockedEnum;
  readonly changes: readonly ImportChange[];
}

/**
 * Gives the values of an enum their numbers.
 *
 * @param formerName the name of the enum in the lock; its values begin with it.
 */
export function numberValues(
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
  for (const { value, name: valueName, isNamed } of declaration.values) {
    const locked = before.values.get(value);
    if (locked !== undefined) {
      const wanted = formerName === name && isNamed !== true ? locked.name : valueName;
      kept.set(value, { number: locked.number, name: names.takeFree(wanted) });
    }
  }
  let last = Math.max(0, ...[...kept.values(), ...reserved].map(({ number }) => number));
  const locked = new Map<string, LockedName>();
  const places = placesOf(before.values.keys());
  const ordered = keepOrder(declaration.values, ({ value }) => places.get(value));
  const values = ordered.map((value): NumberedValue => {
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
    changes: lost.map(([value]) => ({
      place: `${name}.${value}`,
      change: "is no longer there: binary written before that has it is not converted to JSON",
      isLoss: true,
    })),
  };
}
