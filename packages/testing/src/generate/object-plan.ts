import type { MemberPresence, ObjectMapping, ValueMapping } from "@stepwire/mapping";
import { takesNull } from "@stepwire/mapping/internal";
import type { Entry } from "./containers.js";
import type { Draft } from "./draft.js";
import type { ExpectedCode } from "./expectation.js";
import { type JsonType, jsonTypes, otherTypeText, unknownText } from "./unknown.js";
import { jsonTypesOf, valueText } from "./values.js";

/** The members that an object will have, decided before any of them is written. */
export class ObjectPlan {
  readonly draft: Draft;
  readonly entries: Entry[] = [];
  private readonly mapping: ObjectMapping;
  private readonly missing: string[] = [];

  private readonly without: ReadonlySet<string> | undefined;

  /** @param without names that unknown members must not have. */
  constructor(draft: Draft, mapping: ObjectMapping, without?: ReadonlySet<string>) {
    this.draft = draft;
    this.mapping = mapping;
    this.without = without;
  }

  /** Adds a valid member. */
  add(name: string, write: () => string): void {
    this.entries.push({ name, write });
  }

  /** Adds a member that is wrong as a whole. */
  addWrong(name: string, code: ExpectedCode, write: () => string): void {
    const { draft } = this;
    this.add(name, () => {
      draft.violate(code);
      return write();
    });
  }

  /** Adds a member that the schema does not know, or not in this place. */
  addUnknown(name: string, write: () => string = () => unknownText(this.draft)): void {
    this.addWrong(name, "unknown_member", () => this.draft.writeUnread(write));
  }

  /** Adds an unknown member, unless the schema knows the name or the object must not have it. */
  addForeign(name: string): void {
    const isTaken =
      this.mapping.memberByName.has(name) ||
      this.without?.has(name) === true ||
      this.entries.some((entry) => entry.name === name);
    if (!isTaken) {
      this.addUnknown(name);
    }
  }

  /** Leaves out a required member. */
  omit(name: string): void {
    this.missing.push(name);
  }

  /** Records the missing members; a reader detects them at the end of the object. */
  violateMissing(): void {
    for (const name of this.missing) {
      this.draft.violateMember("missing_member", name);
    }
  }
}

/** The JSON that is written for a field. */
type Fate = "value" | "empty" | "null" | "absent" | "missing" | "wrong_null" | "wrong_type";

/**
 * Plans the member of a field, or the payload of the selected arm.
 *
 * @param mustBeThere set if the payload itself selects its arm.
 * @param write writes a value that sets the field, if it must not be any value.
 */
export function planValue(
  plan: ObjectPlan,
  name: string,
  presence: MemberPresence,
  mapping: ValueMapping,
  mustBeThere: boolean,
  write: () => string = () => setValueText(plan.draft, presence, mapping),
): void {
  const { draft } = plan;
  switch (decide(draft, presence, mapping, mustBeThere)) {
    case "value":
      plan.add(name, write);
      break;
    case "empty":
      plan.add(name, () => (mapping.kind === "map" ? "{}" : "[]"));
      break;
    case "null":
      plan.add(name, () => "null");
      break;
    case "absent":
      break;
    case "missing":
      plan.omit(name);
      break;
    case "wrong_null":
      plan.addWrong(name, "wrong_type", () => "null");
      break;
    case "wrong_type":
      plan.addWrong(name, "wrong_type", () => otherNonNullText(draft, mapping));
      break;
  }
}

function decide(
  draft: Draft,
  presence: MemberPresence,
  mapping: ValueMapping,
  mustBeThere: boolean,
): Fate {
  const types = restrictedTypesOf(mapping);
  if (presence === "required") {
    if (!mustBeThere && draft.odd("missing_member")) {
      return "missing";
    }
    if (types !== undefined && draft.odd("wrong_type")) {
      return draft.random.chance(0.3) && !takesNull(mapping) ? "wrong_null" : "wrong_type";
    }
    return "value";
  }
  if (!mustBeThere && !draft.fills()) {
    return decideUnset(draft, presence, mapping);
  }
  if (mustBeThere && draft.loose()) {
    return "null";
  }
  return types !== undefined && draft.odd("wrong_type") ? "wrong_type" : "value";
}

/** Returns the canonical JSON of an unset member that may be absent. */
const canonicalFates = { nullable: "null", optional: "absent", empty: "empty" } as const;

function decideUnset(
  draft: Draft,
  presence: Exclude<MemberPresence, "required">,
  mapping: ValueMapping,
): Fate {
  if (!draft.loose()) {
    return canonicalFates[presence];
  }
  const canBeEmpty = mapping.kind === "list" || mapping.kind === "map";
  const fates = canBeEmpty ? (["empty", "null", "absent"] as const) : (["null", "absent"] as const);
  return draft.random.pick<Fate>(fates);
}

/** Writes a value that sets the field. */
function setValueText(draft: Draft, presence: MemberPresence, mapping: ValueMapping): string {
  if (mapping.kind === "message" && mapping.message.kind === "byKind") {
    return draft.writeMessage(mapping.message, presence === "required");
  }
  const text = valueText(draft, mapping, presence === "required");
  // In a field for any JSON value, null means that the field is unset.
  return text === "null" && presence !== "required" ? "true" : text;
}

/** Writes a value of another JSON type, except null. */
function otherNonNullText(draft: Draft, mapping: ValueMapping): string {
  const types = jsonTypesOf(mapping);
  let text = "null";
  while (text === "null" && types !== undefined) {
    text = otherTypeText(draft, ...types);
  }
  return text;
}

/** Returns the JSON types of a value; undefined if only null is wrong. */
function restrictedTypesOf(mapping: ValueMapping): readonly JsonType[] | undefined {
  const types = jsonTypesOf(mapping);
  const allowed = new Set(types).add("null");
  return allowed.size === jsonTypes.length ? undefined : types;
}
