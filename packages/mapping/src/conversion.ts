import { type DescEnumValue, getOption } from "@bufbuild/protobuf";
import {
  kept_in,
  type Mode,
  ModeSchema,
  type ViolationCode,
  ViolationCodeSchema,
} from "./gen/stepwire/json/v1/conversion_pb.js";

/** The strings for the values of an enum: "not_json" for `NOT_JSON`. */
type NameOf<Values> = Lowercase<Exclude<keyof Values & string, "UNSPECIFIED">>;

/** The string for a mode of a conversion from JSON. */
export type ModeName = NameOf<typeof Mode>;

/** The string for a reason to refuse a document. */
export type ViolationName = NameOf<typeof ViolationCode>;

/** All modes, from the one that refuses most to the one that refuses least. */
export const modeNames: readonly ModeName[] = ModeSchema.values.filter(isSpecified).map(modeName);

/** A reason to refuse a document, as the schema declares it. */
export interface ViolationKind {
  readonly name: ViolationName;
  /** The number in the kernel. */
  readonly code: number;
  /** The modes that keep such a violation. If empty, every conversion refuses it. */
  readonly keptIn: readonly ModeName[];
}

/** All reasons to refuse a document, in the order of their numbers. */
export const violationKinds: readonly ViolationKind[] = ViolationCodeSchema.values
  .filter(isSpecified)
  .map((value) => ({
    // The type has the same names, because it is derived from the same generated enum.
    name: value.localName.toLowerCase() as ViolationName,
    code: value.number,
    keptIn: getOption(value, kept_in).map((mode) => {
      const described = ModeSchema.value[mode];
      if (described === undefined) {
        throw new Error(`${value} is kept in the mode ${mode}, which does not exist`);
      }
      return modeName(described);
    }),
  }));

function modeName({ localName }: DescEnumValue): ModeName {
  // The type has the same names, because it is derived from the same generated enum.
  return localName.toLowerCase() as ModeName;
}

function isSpecified({ number }: DescEnumValue): boolean {
  return number !== 0;
}
