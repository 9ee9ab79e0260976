import type { JSX } from "preact";
import type { DocumentType } from "../model/conversion.js";
import { engine } from "../state/store.js";

interface TypeSelectProps {
  /** The name of the type that the reader chose. */
  readonly chosen: string | undefined;
  /** The detected type in words. */
  readonly detected: string | undefined;
  readonly onChoose: (type: string | undefined) => void;
}

/** Selects the type of the document. */
export function TypeSelect({ chosen, detected, onChoose }: TypeSelectProps): JSX.Element {
  const types = engine.types.value;
  const groups = Map.groupBy(types, (type) => type.package);
  // A link may name a type that this version does not have.
  const isKnown = types.some(({ name }) => name === chosen);
  return (
    <select
      aria-label="Type"
      value={isKnown ? chosen : ""}
      onChange={({ currentTarget }) => onChoose(currentTarget.value || undefined)}
    >
      <option value="">
        {chosen === undefined && detected !== undefined
          ? `${detected} (detected)`
          : "Detect the type"}
      </option>
      {Array.from(groups, ([group, members]) => (
        <optgroup key={group} label={group}>
          {members.map((type) => (
            <option key={type.name} value={type.name}>
              {typeLabel(type)}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}

/** Returns the words for a type as a choice. */
export function typeLabel({ name, label }: DocumentType): string {
  return name === "document" ? "any document" : label;
}
