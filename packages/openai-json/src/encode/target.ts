import type { TextTree } from "@stepwire/json";

/**
 * A kind of JSON output: values as `JSON.parse` returns them, or text. So the same encoders write both.
 */
export interface JsonTarget<Json, Members> {
  /** Whether the elements of an array are needed. */
  readonly keeps: boolean;
  string(value: string): Json;
  boolean(value: boolean): Json;
  /** A finite number. */
  number(value: number): Json;
  /** An integer; undefined if the target cannot hold it exactly. */
  integer(value: number | bigint): Json | undefined;
  null(): Json;
  /**
   * JSON text that was kept verbatim; undefined if the target cannot hold a
   * number in it exactly.
   */
  verbatim(tree: TextTree): Json | undefined;
  array(elements: readonly Json[]): Json;
  /** Starts an object. */
  members(): Members;
  /**
   * Starts an object with the members that it has if no field is set. Adding a member replaces the one
   * with the same name. Undefined if the target cannot replace members.
   */
  readonly membersFrom: ((form: Readonly<Record<string, Json>>) => Members) | undefined;
  /** Adds a member to an object. */
  add(members: Members, name: string, value: Json): void;
  /** Ends an object. */
  object(members: Members): Json;
}
