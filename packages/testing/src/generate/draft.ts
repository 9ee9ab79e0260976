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

/** Maximum depth of documents, unless they must be too deep. */
export const MAXIMUM_DEPTH = 100;

/** Parameters of a draft. */
export interface DraftPlan {
  readonly random: Random;
  readonly rightIn: Rightness;
  /** The flaw to insert at one or more places, which every mode must refuse. */
  readonly flaw: Flaw | undefined;
  /** The probability of each allowed violation; undefined if it is random. */
  readonly oddRate?: number | undefined;
  /** Approximate number of values. */
  readonly size: number;
  /** Writes a message; called for nested messages. */
  readonly writeMessage: (draft: Draft, mapping: MessageMapping, mayBeNull: boolean) => string;
}

/**
 * A document that is being written: the current place, the inserted violations, and the
 * probabilities of random choices.
 */
export class Draft {
  readonly random: Random;
  readonly violations: ExpectedViolation[] = [];
  /** Number of open arrays and objects. */
  depth = 0;
  /** Number of values that the document should still get. */
  budget: number;
  /** The flaw that has not been inserted yet. */
  pendingFlaw: Flaw | undefined;
  /** Whether `JSON.parse` would keep all numbers exactly. */
  exactNumbers = true;
  /** Whether the members of an object are in random order. */
  readonly anyOrder: boolean;
  /** Whether there is white space between tokens. */
  readonly spaced: boolean;
  /** Whether strings contain unnecessary escapes. */
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
    const oddRate = random.pick([0.003, 0.01, 0.01, 0.04, 0.2]);
    this.oddRate = plan.oddRate ?? oddRate;
    this.looseRate = plan.rightIn === "canonical" ? 0 : random.pick([0, 0.1, 0.5]);
    this.fillRate = random.pick([0.2, 0.6, 0.95]);
  }

  /**
   * Writes a message at the current place.
   *
   * @param mayBeNull - Whether null is a value here, as opposed to an unset field.
   */
  writeMessage(mapping: MessageMapping, mayBeNull = true): string {
    return this.plan.writeMessage(this, mapping, mayBeNull);
  }

  /**
   * Decides whether to insert a violation with this code; never if the document must not have it.
   */
  odd(code: ExpectedCode): boolean {
    return this.allowed.has(code) && this.random.chance(this.oddRate);
  }

  /** Returns whether the document may have a violation with this code. */
  allows(code: ExpectedCode): boolean {
    return this.allowed.has(code);
  }

  /** Decides whether to use an allowed variant instead of the canonical form. */
  loose(): boolean {
    return this.looseRate > 0 && this.random.chance(this.looseRate);
  }

  /** Decides whether to write an optional part. */
  fills(): boolean {
    return this.budget > 0 && this.random.chance(this.fillRate);
  }

  /** Moves the current place to a member or an element. */
  enter(segment: string | number): void {
    this.path.push(segment);
  }

  /** Moves the current place back to the surrounding object or array. */
  leave(): void {
    this.path.pop();
  }

  /** Returns the current place as a JSON Pointer. */
  pointer(): string {
    let pointer = "";
    for (const segment of this.path) {
      pointer += `/${typeof segment === "string" ? pointerSegment(segment) : segment}`;
    }
    return pointer;
  }

  /** Records a violation at the current place. */
  violate(code: ExpectedCode): void {
    this.violations.push({ code, pointer: this.pointer() });
  }

  /** Records a violation of a member of the current object. */
  violateMember(code: ExpectedCode, name: string): void {
    this.violations.push({ code, pointer: `${this.pointer()}/${pointerSegment(name)}` });
  }

  /**
   * Writes a value that is not read as a message; only violations that every mode refuses are
   * recorded.
   */
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

  /** Returns white space or an empty string. */
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
