import type { MessageMapping } from "@stepwire/mapping";
import { pointerSegment } from "../json/pointer.js";
import type { Random } from "../random.js";
import {
  allowedCodes,
  type ExpectedCode,
  type ExpectedViolation,
  type Flaw,
  isFlaw,
  type Rightness,
} from "./expectation.js";

/** The limit of nesting that documents keep, unless they are to be too deep. */
export const MAXIMUM_DEPTH = 100;

/** What a draft is to become. */
export interface DraftPlan {
  readonly random: Random;
  readonly rightIn: Rightness;
  /** What every mode is to refuse it for, at one place at least. */
  readonly flaw: Flaw | undefined;
  /** About how many values it may have. */
  readonly size: number;
  /** Writes a message; a value within one calls it. */
  readonly writeMessage: (draft: Draft, mapping: MessageMapping, mayBeNull: boolean) => string;
}

/**
 * A document while it is being written: the place that is written at, what was
 * put in that is wrong, and how often chance may do what.
 */
export class Draft {
  readonly random: Random;
  readonly violations: ExpectedViolation[] = [];
  /** How many arrays and objects are open. */
  depth = 0;
  /** How many more values the document should have. */
  budget: number;
  /** The flaw that is still to be put in. */
  pendingFlaw: Flaw | undefined;
  /** Whether `JSON.parse` would lose none of the numbers. */
  exactNumbers = true;
  /** Whether the members of an object stand in any order. */
  readonly anyOrder: boolean;
  /** Whether there is white space between tokens. */
  readonly spaced: boolean;
  /** Whether strings have needless escapes. */
  readonly escaped: boolean;

  private readonly plan: DraftPlan;
  private readonly allowed: ReadonlySet<ExpectedCode>;
  private readonly path: (string | number)[] = [];
  private readonly oddRate: number;
  private readonly looseRate: number;
  private readonly fillRate: number;

  constructor(plan: DraftPlan) {
    const { random } = plan;
    this.plan = plan;
    this.random = random;
    this.budget = plan.size;
    this.pendingFlaw = plan.flaw;
    this.allowed = allowedCodes[plan.rightIn];
    this.anyOrder = random.chance(0.5);
    this.spaced = random.chance(0.2);
    this.escaped = random.chance(0.3);
    this.oddRate = random.pick([0.003, 0.01, 0.01, 0.04, 0.2]);
    this.looseRate = plan.rightIn === "canonical" ? 0 : random.pick([0, 0.1, 0.5]);
    this.fillRate = random.pick([0.2, 0.6, 0.95]);
  }

  /**
   * Writes a message at this place.
   *
   * @param mayBeNull - Whether null does not say here that a field is unset.
   */
  writeMessage(mapping: MessageMapping, mayBeNull = true): string {
    return this.plan.writeMessage(this, mapping, mayBeNull);
  }

  /** Whether to do something that is wrong in this way; never if the document must be right in it. */
  odd(code: ExpectedCode): boolean {
    return this.allowed.has(code) && this.random.chance(this.oddRate);
  }

  /** Whether this may be wrong with the document. */
  allows(code: ExpectedCode): boolean {
    return this.allowed.has(code);
  }

  /** Whether to differ from the canonical form where that is not wrong. */
  loose(): boolean {
    return this.looseRate > 0 && this.random.chance(this.looseRate);
  }

  /** Whether to write what may as well be left out. */
  fills(): boolean {
    return this.budget > 0 && this.random.chance(this.fillRate);
  }

  /** Goes to a member or an element. */
  enter(segment: string | number): void {
    this.path.push(segment);
  }

  /** Goes back to the object or array. */
  leave(): void {
    this.path.pop();
  }

  /** The place that is written at. */
  pointer(): string {
    let pointer = "";
    for (const segment of this.path) {
      pointer += `/${typeof segment === "string" ? pointerSegment(segment) : segment}`;
    }
    return pointer;
  }

  /** Notes that this place is wrong. */
  violate(code: ExpectedCode): void {
    this.violations.push({ code, pointer: this.pointer() });
  }

  /** Notes that a member of the object at this place is wrong. */
  violateMember(code: ExpectedCode, name: string): void {
    this.violations.push({ code, pointer: `${this.pointer()}/${pointerSegment(name)}` });
  }

  /** Writes what nobody reads as a message: only what every mode refuses counts. */
  writeUnread(write: () => string): string {
    const before = this.violations.length;
    const text = write();
    for (const violation of this.violations.splice(before)) {
      if (isFlaw(violation.code)) {
        this.violations.push(violation);
      }
    }
    return text;
  }

  /** White space, or nothing. */
  gap(): string {
    return this.spaced ? this.random.pick(gaps) : "";
  }
}

const gaps = [
  "",
  "",
  "",
  " ",
  " ",
  "  ",
  "\n",
  "\n  ",
  "\t",
  "\r\n",
  " \n\t\r ",
  " ".repeat(17),
] as const;
