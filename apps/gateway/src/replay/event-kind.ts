import { type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { createDocumentTranscoder, type DocumentTranscoder } from "@stepwire/handler/internal";
import {
  fieldsOf,
  getMessageMapping,
  getServiceMapping,
  type MessageField,
  oneofOf,
  type RouteMapping,
  type UnionMapping,
} from "@stepwire/mapping";
import { archiveField, type Model } from "../model.js";

/** A document that is the payload of an event. */
interface EventDocument {
  readonly typeName: string;
  readonly id: string;
  readonly message: Message;
}

/**
 * The events of one type, with what the schema says about them: how they are archived, which
 * documents they contain, and which endpoint starts a stream of them.
 */
export class EventKind {
  readonly schema: DescMessage;
  readonly archiveField: DescField | undefined;
  readonly #union: UnionMapping;
  readonly #streamRoutes: readonly RouteMapping[];
  /** The names of the path variables of all endpoints. */
  readonly #variables: readonly string[];
  readonly #transcoder: DocumentTranscoder;

  /** @throws {TypeError} if the schema is not an event message. */
  constructor(schema: DescMessage, model: Model) {
    const mapping = getMessageMapping(schema);
    const union =
      mapping.kind === "object"
        ? mapping.unions.find(({ shape }) => shape === "adjacent")
        : undefined;
    if (union === undefined) {
      throw new TypeError(`${schema.typeName} has no adjacent union`);
    }
    this.schema = schema;
    this.archiveField = archiveField(model, schema);
    this.#union = union;
    const routes = model.services.flatMap((service) => getServiceMapping(service).routes);
    this.#streamRoutes = routes.filter(
      ({ method }) => method.kind === "stream" && method.event.message.typeName === schema.typeName,
    );
    this.#variables = [
      ...new Set(
        routes.flatMap(({ path }) =>
          path.flatMap((part) => ("field" in part ? part.field.name : [])),
        ),
      ),
    ];
    this.#transcoder = createDocumentTranscoder(schema);
  }

  /** Returns whether documents of this type are in the payloads of events. */
  holds(typeName: string): boolean {
    return this.#union.arms.some(
      ({ field: { message } }) =>
        message !== undefined && documentTypes(message).some((type) => type.typeName === typeName),
    );
  }

  /**
   * Returns the documents in the payload of an event that have an identifier: the payload itself, or
   * messages in its fields.
   */
  documentsOf(event: Message): EventDocument[] {
    const { case: name, value } = this.#set(event);
    const message = this.#union.arms.find(({ field }) => field.localName === name)?.field.message;
    // The mapping guarantees that the arm is a message.
    return message === undefined ? [] : documentsIn(message, value as Message);
  }

  /** Returns the name of an event; "" if it has no name. */
  nameOf(event: Message): string {
    const { case: name, value } = this.#set(event);
    const { arms, otherArm } = this.#union;
    if (otherArm !== undefined && otherArm.field.localName === name) {
      return String(fieldsOf(value)[otherArm.tagField.localName]);
    }
    return arms.find(({ field }) => field.localName === name)?.tagValue ?? "";
  }

  /** Returns whether the schema describes the payload of an event. */
  isDescribed(event: Message): boolean {
    const { case: name } = this.#set(event);
    return this.#union.arms.some(
      ({ field }) => field.localName === name && field.message !== undefined,
    );
  }

  /** Returns the operation that started a stream with events of these names. */
  operationOf(names: ReadonlySet<string>): string {
    for (const name of names) {
      const route = this.#streamRoutes.find(({ firstEvent }) => firstEvent === name);
      if (route !== undefined) {
        return route.operation;
      }
    }
    const route = this.#streamRoutes.find(({ firstEvent }) => firstEvent === undefined);
    return (route ?? this.#streamRoutes[0])?.operation ?? "";
  }

  /**
   * Adds identifiers from the payload of an event that are not known yet. The value of the variable
   * `run_id` is the member `run_id`, or the member `id` of an object whose kind ends with "run",
   * such as "thread.run", or of an object that is the member `run`.
   */
  identify(event: Uint8Array, identifiers: Map<string, string>): void {
    const missing = this.#variables.filter((name) => !identifiers.has(name));
    if (missing.length === 0) {
      return;
    }
    const payload = this.#payloadOf(event);
    const kind = typeof payload["object"] === "string" ? payload["object"].split(".").at(-1) : "";
    for (const name of missing) {
      const value =
        payload[name] ??
        (name === `${kind}_id` ? payload["id"] : undefined) ??
        membersOf(payload[name.replace(/_id$/, "")])["id"];
      if (typeof value === "string") {
        identifiers.set(name, value);
      }
    }
  }

  #payloadOf(event: Uint8Array): Record<string, unknown> {
    const json: unknown = JSON.parse(new TextDecoder().decode(this.#transcoder.toJson(event)));
    const payload = membersOf(json)[this.#union.content ?? ""];
    return membersOf(payload);
  }

  #set(event: Message): ReturnType<typeof oneofOf> {
    return oneofOf(fieldsOf(event), this.#union.oneof);
  }
}

/** Returns the types of the documents in a payload; see `documentsOf`. */
function documentTypes(payload: DescMessage): DescMessage[] {
  return hasId(payload) ? [payload] : documentFields(payload).map(({ message }) => message);
}

function documentsIn(type: DescMessage, payload: Message): EventDocument[] {
  if (hasId(type)) {
    const id = fieldsOf(payload)["id"];
    return typeof id === "string" && id !== ""
      ? [{ typeName: type.typeName, id, message: payload }]
      : [];
  }
  return documentFields(type).flatMap(({ localName, message }) => {
    const document = fieldsOf(payload)[localName];
    // The descriptor guarantees this type.
    return document === undefined ? [] : documentsIn(message, document as Message);
  });
}

/** Returns the fields of a payload whose messages have an identifier. */
function documentFields({ fields }: DescMessage): MessageField[] {
  return fields.filter(
    (field): field is MessageField =>
      field.fieldKind === "message" && field.oneof === undefined && hasId(field.message),
  );
}

function hasId({ field }: DescMessage): boolean {
  return field["id"]?.scalar === ScalarType.STRING;
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
