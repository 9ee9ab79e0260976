import type { JsonValue } from "@stepwire/core/openai";

/**
 * The places where a value of one JSON type is not assignable to another, as
 * paths such as `data[].metadata.*`. Never, if it is assignable as a whole.
 *
 * The arms of unions are paired by `type`.
 */
export type Differences<From, To, Path extends string = ""> = [From] extends [To]
  ? never
  : unknown extends From
    ? Path
    :
        | (null extends From ? (null extends To ? never : Path) : never)
        | ValueDifferences<NonNullable<From>, NonNullable<To>, Path>;

type ValueDifferences<From, To, Path extends string> = From extends To
  ? never
  : IsAnyJson<To> extends true
    ? Path
    : From extends (infer FromElement)[]
      ? To extends (infer ToElement)[]
        ? Differences<FromElement, ToElement, `${Path}[]`>
        : Path
      : From extends object
        ? ArmDifferences<From, ArmLike<From, To>, Path>
        : Path;

/** Whether a type is `JsonValue`, with or without null. */
type IsAnyJson<To> = [NonNullable<JsonValue>] extends [To]
  ? [keyof To] extends [never]
    ? true
    : false
  : false;

type ArmDifferences<From, To, Path extends string> = [To] extends [never]
  ? Path
  : {
      [Name in keyof To & string]-?:
        | (MayLack<From, Name> extends true
            ? MayLack<To, Name> extends true
              ? never
              : Join<Path, Name>
            : never)
        | (Name extends keyof From
            ? Differences<
                Exclude<From[Name], undefined>,
                Exclude<To[Name], undefined>,
                Join<Path, Name>
              >
            : never);
    }[keyof To & string];

/** Of a union, the arms whose tag may be that of the other object. */
type ArmLike<Other, Union> = Union extends object
  ? [TagOf<Other> & TagOf<Union>] extends [never]
    ? never
    : Union
  : never;

type TagOf<Arm> = Arm extends { type?: infer Tag } ? NonNullable<Tag> : string;

type MayLack<Json, Name extends string> = Name extends keyof Json
  ? Record<never, never> extends Pick<Json, Name>
    ? true
    : false
  : true;

type Join<
  Path extends string,
  Name extends string,
> = `${Path extends "" ? "" : `${Path}.`}${string extends Name ? "*" : Name}`;
