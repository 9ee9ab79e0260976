import { Random } from "@stepwire/testing";
import { type Find, type Target, toFind } from "./target.js";

/** Options of a run. */
export interface FuzzOptions {
  readonly seed: number;
  /** The number of the first input. @defaultValue 0 */
  readonly first?: number;
  /** Number of inputs to try. @defaultValue as many as the time allows */
  readonly cases?: number;
  /** Maximum time in seconds. @defaultValue as long as the number of inputs takes */
  readonly seconds?: number;
  /** The run stops after this number of different finds. @defaultValue 1 */
  readonly maxFinds?: number;
  /** Maximum time to look for a smaller input, in seconds. @defaultValue 20 */
  readonly shrinkSeconds?: number;
  /** Called before each check, with the number of the input. */
  readonly onCheck?: (number: number) => void;
  /** Called for each different find immediately. */
  readonly onFind?: (found: FoundInput) => void;
}

/** An input that breaks an invariant. */
export interface FoundInput {
  /** The number of the input. */
  readonly number: number;
  readonly find: Find;
  /** The smallest input that breaks the same invariant; undefined if `close` failed. */
  readonly input: unknown;
}

/** The result of a run. */
export interface FuzzResult {
  /** Number of inputs that were tried, without those for shrinking. */
  readonly cases: number;
  readonly seconds: number;
  /** One for each invariant that does not hold. */
  readonly finds: readonly FoundInput[];
}

/** Tries generated inputs until the time is over or there are enough finds. */
export async function fuzz<Input>(
  target: Target<Input>,
  options: FuzzOptions,
): Promise<FuzzResult> {
  const { seed, first = 0, cases = Number.POSITIVE_INFINITY, maxFinds = 1 } = options;
  const { onCheck = () => {}, onFind = () => {} } = options;
  const start = performance.now();
  const end = start + (options.seconds ?? Number.POSITIVE_INFINITY) * 1000;
  const finds = new Map<string, FoundInput>();
  const add = (found: FoundInput): void => {
    finds.set(found.find.invariant, found);
    onFind(found);
  };
  let number = first;
  await target.open?.();
  try {
    while (number < first + cases && performance.now() < end && finds.size < maxFinds) {
      const input = inputOf(target, seed, number);
      onCheck(number);
      const find = await findIn(target, input);
      if (find !== undefined && !finds.has(find.invariant)) {
        const budget = (options.shrinkSeconds ?? 20) * 1000;
        add(await shrink(target, { number, find, input }, budget, () => onCheck(number)));
      }
      number++;
    }
  } finally {
    await target.close?.().catch((reason: unknown) => {
      add({ number: number - 1, find: toFind(reason), input: undefined });
    });
  }
  return {
    cases: number - first,
    seconds: (performance.now() - start) / 1000,
    finds: [...finds.values()],
  };
}

/** The input of a number: it depends on the seed and the number alone. */
export function inputOf<Input>(target: Target<Input>, seed: number, number: number): Input {
  return target.generate(new Random(seed + (number + 1) * 0x1_0000_0000));
}

/** Returns the invariant that an input breaks; undefined if it breaks none. */
export async function findIn<Input>(
  target: Target<Input>,
  input: Input,
): Promise<Find | undefined> {
  try {
    await target.check(input);
    return undefined;
  } catch (reason) {
    return toFind(reason);
  }
}

/** Searches for ever smaller inputs that break the same invariant. */
async function shrink<Input>(
  target: Target<Input>,
  start: { readonly number: number; readonly find: Find; readonly input: Input },
  budget: number,
  onCheck: () => void,
): Promise<FoundInput> {
  const until = performance.now() + budget;
  let found = start;
  for (let improved = true; improved; ) {
    improved = false;
    for (const input of target.smaller(found.input)) {
      if (performance.now() > until) {
        return found;
      }
      onCheck();
      const find = await findIn(target, input);
      if (find?.invariant === found.find.invariant) {
        found = { ...found, find, input };
        improved = true;
        break;
      }
    }
  }
  return found;
}
