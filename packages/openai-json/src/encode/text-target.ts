import { minifyJson } from "@stepwire/json";
import { numberText } from "@stepwire/json/internal";
import type { JsonTarget } from "./target.js";

/** The members of an object that is being written as text. */
interface TextMembers {
  text: string;
}

/** Writes JSON text without white space. */
export const textTarget: JsonTarget<string, TextMembers> = {
  keeps: true,
  string: (value) => JSON.stringify(value),
  boolean: String,
  number: numberText,
  integer: String,
  null: () => "null",
  verbatim: ({ text }) => minifyJson(text),
  array: (elements) => `[${elements.join(",")}]`,
  members: () => ({ text: "" }),
  membersFrom: undefined,
  add: (members, name, value) => {
    members.text += `${members.text === "" ? "" : ","}${JSON.stringify(name)}:${value}`;
  },
  object: ({ text }) => `{${text}}`,
};
