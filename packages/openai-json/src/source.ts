import type { ValuePlace } from "@stepwire/json/internal";
import type { IntegerMapping } from "@stepwire/mapping";

/** The result if a typed field cannot hold a number or string exactly: `not_representable`. */
export const INEXACT: unique symbol = Symbol("inexact");

/**
 * A kind of JSON input: values from `JSON.parse`, or the tree of a text. So the same decoders read
 * both.
 *
 * Each accessor returns undefined if the node has another JSON type.
 */
export interface JsonSource<Node> {
  /** Whether member names were already checked for lone surrogates. */
  readonly namesAreChecked: boolean;
  isNull(node: Node): boolean;
  /** Returns the string; INEXACT if it has a lone surrogate. */
  string(node: Node): string | typeof INEXACT | undefined;
  boolean(node: Node): boolean | undefined;
  /** Returns the number as a double; INEXACT if this changes the number. */
  double(node: Node): number | typeof INEXACT | undefined;
  /** Returns the number as an integer; INEXACT if it is not an integer or is out of range. */
  integer(node: Node, type: IntegerMapping): number | bigint | typeof INEXACT | undefined;
  isArray(node: Node): boolean;
  isObject(node: Node): boolean;
  /**
   * Returns the parts of an array or object, in order: nodes of the same kind, each with some of the
   * elements or members. Most nodes have one part, which is the node itself.
   */
  parts(node: Node): Iterable<Node>;
  /** Returns the elements of a part of an array. */
  elements(part: Node): readonly Node[];
  /** Returns the member names of a part of an object. */
  names(part: Node): readonly string[];
  /**
   * Returns a member of a part of an object, by its name and its index in `names`. An undefined
   * property of a value counts as absent.
   */
  member(node: Node, name: string, index: number): Node | undefined;
  /**
   * Returns the JSON text of the node, without white space between tokens.
   *
   * @throws {JsonError} if the node is not a JSON value.
   */
  text(node: Node, place: ValuePlace): string;
  /**
   * Checks the node like `text`, but returns nothing.
   *
   * @throws {JsonError} if the node is not a JSON value.
   */
  checkText(node: Node, place: ValuePlace): void;
  /** Returns a short description of the node for an error. */
  describe(node: Node): string;
  /** Returns the offset of the node in the text, in UTF-16 code units. */
  offset(node: Node): number | undefined;
}

/** Returns an integer as protobuf-es represents it: 64-bit integers as bigint. */
export function toFieldInteger(
  integer: bigint | undefined,
  { type, minimum, maximum }: IntegerMapping,
): number | bigint | typeof INEXACT {
  if (integer === undefined || integer < minimum || integer > maximum) {
    return INEXACT;
  }
  return type.endsWith("64") ? integer : Number(integer);
}
