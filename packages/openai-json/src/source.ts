import type { ValuePlace } from "@stepwire/json";
import type { IntegerMapping } from "@stepwire/mapping";

/** The typed field cannot hold a number or string exactly. */
export const INEXACT: unique symbol = Symbol("inexact");

/**
 * A kind of JSON input: values that JSON.parse gave, or the tree of a text. The
 * decoders are written once, for both.
 *
 * Each accessor gives undefined where the node is of another JSON type.
 */
export interface JsonSource<Node> {
  /** Whether member names have been looked through for lone surrogates already. */
  readonly namesAreChecked: boolean;
  isNull(node: Node): boolean;
  /** The string, INEXACT if it has a lone surrogate. */
  string(node: Node): string | typeof INEXACT | undefined;
  boolean(node: Node): boolean | undefined;
  /** The number as a double, INEXACT if that would change it. */
  double(node: Node): number | typeof INEXACT | undefined;
  /** The number as an integer; INEXACT if it is none, or out of range. */
  integer(node: Node, type: IntegerMapping): number | bigint | typeof INEXACT | undefined;
  isArray(node: Node): boolean;
  isObject(node: Node): boolean;
  /**
   * The parts of an array or object: nodes of the same kind, with some of its elements
   * or members each, in order. Most nodes have one part, which is the node itself.
   */
  parts(node: Node): Iterable<Node>;
  /** The elements of a part of an array. */
  elements(part: Node): readonly Node[];
  /** The names of the members of a part of an object. */
  names(part: Node): readonly string[];
  /**
   * A member of a part of an object, by its name and its place in `names`; undefined
   * where a value says so, which counts as absent.
   */
  member(node: Node, name: string, index: number): Node | undefined;
  /**
   * The JSON text of the node, without white space between tokens.
   *
   * @throws {JsonError} if the node is no JSON value.
   */
  text(node: Node, place: ValuePlace): string;
  /**
   * Checks what `text` checks.
   *
   * @throws {JsonError} if the node is no JSON value.
   */
  checkText(node: Node, place: ValuePlace): void;
  /** What the node is, in a few words for an error. */
  describe(node: Node): string;
  /** Where the node stands in the text, in UTF-16 code units. */
  offset(node: Node): number | undefined;
}

/** An integer as protobuf-es represents it: 64-bit ones as bigint. */
export function toFieldInteger(
  integer: bigint | undefined,
  { type, minimum, maximum }: IntegerMapping,
): number | bigint | typeof INEXACT {
  if (integer === undefined || integer < minimum || integer > maximum) {
    return INEXACT;
  }
  return type.endsWith("64") ? integer : Number(integer);
}
