import type { DescMessage, JsonObject, JsonValue } from "@bufbuild/protobuf";

export type { JsonObject, JsonValue } from "@bufbuild/protobuf";
export type * from "./gen/stepwire/v1/openai.js";

/**
 * The types of OpenAI JSON by the type name of the message that they map to.
 *
 * Open for other schemas: `protoc-gen-openai-types` adds what it generates by
 * declaring this interface in `declare module "@stepwire/core/openai"`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: generated files add the members
export interface OpenAIJsonTypes {}

/**
 * The OpenAI JSON that a message maps to, in its canonical form: what the live
 * wire writes. Of a message type that is not in {@link OpenAIJsonTypes}, any
 * JSON object.
 */
export type OpenAIJson<Desc extends DescMessage> = JsonOfType<Desc["typeName"]>;

type JsonOfType<TypeName extends string> = TypeName extends keyof OpenAIJsonTypes
  ? OpenAIJsonTypes[TypeName]
  : JsonObject;

/**
 * The OpenAI JSON that may come in for a message: the canonical form and, as the
 * mapping allows, a member that is absent where it could be null, or null where
 * it could be absent.
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
