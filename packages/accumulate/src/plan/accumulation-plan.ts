import { type DescField, type DescMessage, getOption, hasOption } from "@bufbuild/protobuf";
import { getMessageMapping, type ObjectMapping } from "@stepwire/mapping";
import { sse } from "@stepwire/mapping/stepwire/json/v1/sse_pb.js";
import {
  Effect,
  type EventForm,
  event as eventOption,
} from "@stepwire/mapping/stepwire/json/v1/stream_pb.js";
import { openUnionOf } from "../endings.js";
import { compileEvents, type Events } from "../events.js";
import { identityOf } from "../identity.js";
import { fieldMember, objectOf, payloadOf, readValue, type Value } from "../object-event.js";
import { asPath } from "../path.js";
import * as layout from "./layout.js";
import { MergePlans } from "./merges.js";
import { MessagePlans } from "./messages.js";
import { PathPlans } from "./paths.js";

/**
 * Compiles the plan of stepwire-accumulate.wasm for these event messages.
 *
 * @param hash - the number that differs between layouts.
 * @throws {MappingError} if options of the schema are missing, wrong or not supported.
 */
export function compilePlan(
  eventSchemas: readonly DescMessage[],
  hash: number,
): Uint8Array<ArrayBuffer> {
  const plan = new EventPlans();
  plan.write(eventSchemas);
  return plan.finish(hash);
}

class EventPlans {
  readonly #messages = new MessagePlans();
  readonly #merges = new MergePlans(this.#messages);
  readonly #paths = new PathPlans(this.#merges);
  #list = 0;
  #count = 0;

  write(schemas: readonly DescMessage[]): void {
    const { writer } = this.#messages;
    this.#count = schemas.length;
    this.#list = writer.allocate(schemas.length * layout.EVENT_WORDS);
    for (const [index, desc] of schemas.entries()) {
      // Checks the options.
      const events = compileEvents(desc);
      this.#writeEvent(this.#list + 4 * layout.EVENT_WORDS * index, desc, events);
    }
  }

  finish(hash: number): Uint8Array<ArrayBuffer> {
    const { writer } = this.#messages;
    writer.set(layout.PLAN, layout.PLAN_EVENT_COUNT, this.#count, this.#list);
    return writer.finish(hash);
  }

  #writeEvent(record: number, desc: DescMessage, events: Events): void {
    const messages = this.#messages;
    const { writer } = messages;
    writer.setText(record, layout.EVENT_NAME, desc.typeName);
    writer.set(
      record,
      layout.EVENT_MESSAGE,
      messages.message(desc),
      messages.slot({ oneof: events.oneof }),
    );
    writer.setList(
      record,
      layout.EVENT_OBJECT_COUNT,
      events.objects,
      layout.OBJECT_WORDS,
      (place, object) => this.#writeObject(place, object),
    );
    const arms = desc.fields.filter((field) => hasOption(field, eventOption));
    writer.setList(record, layout.EVENT_ARM_COUNT, arms, layout.ARM_WORDS, (place, field) => {
      const ending = endingOf(field);
      const effect = ending === 0 ? this.#effect(desc, field, events) : 0;
      writer.set(place, layout.ARM_FIELD, messages.field(field), effect, ending);
    });
    const endings = arms.filter((field) => endingOf(field) !== 0);
    writer.setList(
      record,
      layout.EVENT_UNNAMED_COUNT,
      endings,
      layout.UNNAMED_WORDS,
      (place, field) => this.#writeUnnamed(place, field),
    );
  }

  #writeObject(record: number, desc: DescMessage): void {
    const { writer } = this.#messages;
    const mapping = getMessageMapping(desc);
    writer.set(record, layout.OBJECT_MESSAGE, this.#messages.message(desc));
    if (mapping.kind !== "object") {
      return;
    }
    const id = fieldMember(mapping, "id");
    if (id?.value.kind === "string") {
      writer.set(record, layout.OBJECT_ID, this.#messages.member(id));
    }
    const identity = [...identityOf(desc)].flatMap((name) => {
      const member = fieldMember(mapping, name);
      return member?.value.kind === "string" ? [member] : [];
    });
    writer.setList(
      record,
      layout.OBJECT_IDENTITY_COUNT,
      identity,
      layout.IDENTITY_WORDS,
      (place, { field, name }) => {
        writer.set(place, layout.IDENTITY_FIELD, this.#messages.field(field));
        writer.setText(place, layout.IDENTITY_NAME, name);
      },
    );
  }

  #effect(event: DescMessage, field: DescField, events: Events): number {
    const messages = this.#messages;
    const { writer } = messages;
    const form = getOption(field, eventOption);
    const payload = payloadOf(field);
    const value = readValue(form, field, payload);
    const replaces = form.effect === Effect.REPLACE && form.path.length === 0;
    const object = objectOf(form, event, field, replaces ? value : undefined);
    const record = writer.allocate(layout.EFFECT_WORDS);
    const flags =
      (form.latest ? layout.LATEST : 0) |
      (form.single ? layout.SINGLE : 0) |
      (form.endsObject ? layout.ENDS_OBJECT : 0) |
      (form.endsStream ? layout.ENDS_STREAM : 0);
    writer.set(record, layout.EFFECT_OBJECT, events.objects.indexOf(object.desc));
    this.#writeId(record, form, payload, replaces ? value : undefined);
    writer.set(record, layout.EFFECT_FLAGS, flags, replaces ? 1 : 0);
    if (replaces && value.member !== undefined) {
      writer.set(record, layout.EFFECT_VALUE, messages.member(value.member));
    }
    const forms = replaces ? [] : [form, ...form.also];
    writer.setList(record, layout.EFFECT_CHANGE_COUNT, forms, layout.CHANGE_WORDS, (place, each) =>
      this.#writeChange(place, each, field, payload, object),
    );
    return record;
  }

  #writeId(
    record: number,
    form: EventForm,
    payload: ObjectMapping,
    whole: Value | undefined,
  ): void {
    const holder = whole?.mapping.kind === "message" ? whole.mapping.message : payload;
    const member = holder.kind === "object" ? fieldMember(holder, form.id || "id") : undefined;
    if (member?.value.kind !== "string") {
      return;
    }
    const held = whole?.member?.field;
    this.#messages.writer.set(
      record,
      layout.EFFECT_ID_HOLDER,
      held === undefined ? 0 : this.#messages.field(held),
      this.#messages.field(member.field),
    );
  }

  #writeChange(
    place: number,
    form: EventForm,
    field: DescField,
    payload: ObjectMapping,
    object: ObjectMapping,
  ): void {
    const { writer } = this.#messages;
    const value = readValue(form, field, payload);
    const { member, mapping } = value;
    if (form.path.length > 0) {
      const { text } = form;
      const part = { ...value, field, payload, replaces: form.effect === Effect.REPLACE, text };
      const change = this.#paths.message(object.desc, asPath(form.path, part), part);
      writer.set(place, layout.CHANGE_MERGE, change);
    } else if (mapping.kind === "message") {
      writer.set(
        place,
        layout.CHANGE_FIELD,
        member === undefined ? 0 : this.#messages.field(member.field),
        this.#merges.merge(mapping.desc, object.desc),
      );
    }
  }

  /** Writes how events that are not in the arm of an ending end the stream. */
  #writeUnnamed(record: number, field: DescField): void {
    const messages = this.#messages;
    const { writer } = messages;
    writer.set(record, layout.UNNAMED_ENDING, endingOf(field));
    const { doneText } = getOption(field, sse);
    const textField = field.parent.fields.find((candidate) => getOption(candidate, sse).text);
    if (doneText !== "" && textField !== undefined) {
      writer.set(record, layout.UNNAMED_TEXT_FIELD, messages.field(textField));
      writer.setText(record, layout.UNNAMED_TEXT, doneText);
    }
    const { unnamedWith } = getOption(field, eventOption);
    const open = openUnionOf(field);
    const mapping = getMessageMapping(field.parent);
    if (unnamedWith === "" || open === undefined || mapping.kind !== "object") {
      return;
    }
    writer.setText(record, layout.UNNAMED_WITH, unnamedWith);
    writer.set(record, layout.UNNAMED_SLOT, messages.slot(open));
    writer.setText(record, layout.UNNAMED_CONTENT, open.content);
    const flag = field.parent.fields.find(({ localName }) => localName === open.unnamedField);
    writer.set(
      record,
      layout.UNNAMED_OTHER,
      messages.field(open.otherArm.field),
      messages.field(open.otherArm.tagField),
      messages.field(open.otherArm.contentField),
      flag === undefined ? 0 : messages.field(flag),
    );
    const union = mapping.unions.find(({ oneof }) => oneof === field.oneof);
    const arm = union?.armByTag.get("");
    const payload = arm?.value.kind === "message" ? arm.value.message : undefined;
    if (arm !== undefined && payload?.kind === "object") {
      const member = fieldMember(payload, unnamedWith);
      writer.set(
        record,
        layout.UNNAMED_ARM,
        messages.field(arm.field),
        member === undefined ? 0 : messages.member(member),
      );
    }
  }
}

function endingOf(field: DescField): number {
  switch (getOption(field, eventOption).effect) {
    case Effect.END:
      return layout.DONE;
    case Effect.FAIL:
      return layout.ERROR;
    default:
      return 0;
  }
}
