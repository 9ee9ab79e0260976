import type { DescMessage, JsonObject, JsonValue } from "@bufbuild/protobuf";

export type { JsonObject, JsonValue } from "@bufbuild/protobuf";
export type * from "./gen/stepwire/v1/openai.js";

/**
 * The types of OpenAI JSON, by the full name of the message.
 *
 * `protoc-gen-openai-types` adds the types of other schemas by declaring this interface again, in
 * `declare module "@stepwire/core/openai"`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: generated files add the members
export interface OpenAIJsonTypes {}

/**
 * The canonical OpenAI JSON of a message: the form that the live API writes. It is any JSON object if
 * the message is not in {@link OpenAIJsonTypes}.
 */
export type OpenAIJson<Desc extends DescMessage> = JsonOfType<Desc["typeName"]>;

type JsonOfType<TypeName extends string> = TypeName extends keyof OpenAIJsonTypes
  ? OpenAIJsonTypes[TypeName]
  : JsonObject;

/**
 * The OpenAI JSON that is accepted for a message: the canonical form, in which a member that may be
 * null may also be absent, and a member that may be absent may also be null.
 */
export type OpenAIJsonInput<Desc extends DescMessage> = Accepted<OpenAIJson<Desc>>;

type Accepted<Json> = [JsonValue] extends [Json]
  ? Json
  : Json extends (infer Element)[]
    ? Accepted<Element>[]
    : Json extends object
      ? string extends keyof Json
        ? { [Name in keyof Json]: Accepted<Json[Name]> }
        : AcceptedObject<Json>
      : Json;

type AcceptedObject<Json> = {
  [Name in Exclude<keyof Json, Dispensable<Json>>]: Accepted<Json[Name]>;
} & {
  [Name in Dispensable<Json>]?: Accepted<Json[Name]> | null;
};

/** The names of the members that may be absent or null. */
type Dispensable<Json> = {
  [Name in keyof Json]-?: Record<never, never> extends Pick<Json, Name>
    ? Name
    : null extends Json[Name]
      ? Name
      : never;
}[keyof Json];
