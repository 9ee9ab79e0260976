import type { DescMessage } from "@bufbuild/protobuf";
import { getDocumentArms } from "@stepwire/mapping";
import { isEventMessage } from "@stepwire/openai-sse";
import { documentContent } from "@stepwire/wire";
import type { Model } from "./model.js";

/** A type of events, and how an archive stores them. */
export interface EventType {
  /** The event message. */
  readonly schema: DescMessage;
  /** The arm of the archive's documents; undefined if each document is an event. */
  readonly arm: number | undefined;
}

/** The types of events that an archive may contain; at least one. */
export type EventTypes = readonly [EventType, ...EventType[]];

/**
 * Returns the types of events that transcripts may have.
 *
 * @param named the message that the user chose with `--type`. By default, the schema decides: the
 * arms of its document that are event messages, or its only event message if it has no document.
 * @throws {CommandFailure} if there is no event message, or the schema does not decide.
 */
export function findEventTypes(model: Model, named: DescMessage | undefined): EventTypes {
  if (named !== undefined && isEventMessage(named)) {
    return [{ schema: named, arm: undefined }];
  }
  if (named !== undefined && !model.documents.includes(named)) {
    throw model.usageFailure(
      `${model.nameOf(named)} is not an event message, which a transcript needs${suggestion(model)}`,
    );
  }
  if (named === undefined && model.documents.length === 0) {
    return [{ schema: onlyEventMessage(model), arm: undefined }];
  }
  const document = named ?? model.document();
  const [first, ...others] = getDocumentArms(document)
    .filter(({ message }) => isEventMessage(message))
    .map(({ message, field }) => ({ schema: message, arm: field.number }));
  if (first === undefined) {
    throw model.usageFailure(
      `no arm of ${document.typeName} is an event message, which a transcript needs${suggestion(model)}`,
    );
  }
  return [first, ...others];
}

/** An event in an archive. */
export interface ArchivedEvent {
  readonly schema: DescMessage;
  readonly binary: Uint8Array;
}

/**
 * Returns the event that a document of an archive contains. If the document is not an event,
 * returns its message type; undefined stands for an object of an unknown kind.
 */
export function archivedEvent(
  document: DescMessage,
  types: EventTypes,
  bytes: Uint8Array,
): ArchivedEvent | DescMessage | undefined {
  if (types[0].arm === undefined) {
    return { schema: types[0].schema, binary: bytes };
  }
  const { schema, start } = documentContent(document, bytes);
  if (types.some((type) => type.schema === schema)) {
    return { schema, binary: bytes.subarray(start) };
  }
  return schema === document ? undefined : schema;
}

function onlyEventMessage(model: Model): DescMessage {
  const [only, ...others] = eventMessages(model);
  if (only === undefined) {
    throw model.usageFailure(
      "the schema has no event message: one with a oneof with the option (stepwire.json.v1.oneof).adjacent",
    );
  }
  if (others.length > 0) {
    const names = [only, ...others].map(({ typeName }) => typeName).join(" and ");
    throw model.usageFailure(`${names} are event messages; choose one with --type`);
  }
  return only;
}

/** Returns the event messages of a schema that are not a part of another event. */
function eventMessages(model: Model): DescMessage[] {
  return [...model.messages].filter((message) => isEventMessage(message));
}

function suggestion(model: Model): string {
  const names = eventMessages(model).map((message) => model.nameOf(message));
  return names.length === 0 ? "" : `; choose ${names.join(" or ")} with --type`;
}
