import { MappingError, type MappingProblem } from "@stepwire/mapping";

/** An element of a schema that a mistake can be reported for. */
interface Element {
  readonly typeName?: string;
  readonly name: string;
  readonly parent?: { readonly typeName: string } | undefined;
}

/** Creates the error for an element of the schema that cannot be accumulated. */
export function mistake(element: Element, message: string): MappingError {
  const path = element.typeName ?? `${element.parent?.typeName}.${element.name}`;
  return new MappingError([{ path, message }]);
}

/** Runs an action and collects its mapping problems, so that compilation can find more of them. */
export function collectMistakes(problems: MappingProblem[], action: () => void): void {
  try {
    action();
  } catch (reason) {
    if (!(reason instanceof MappingError)) {
      throw reason;
    }
    problems.push(...reason.problems);
  }
}
