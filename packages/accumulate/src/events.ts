import {
  type DescField,
  type DescMessage,
  type DescOneof,
  getOption,
  hasOption,
} from "@bufbuild/protobuf";
import { MappingError, type MappingProblem } from "@stepwire/mapping";
import { Effect, event as eventOption } from "@stepwire/mapping/stepwire/json/v1/stream_pb.js";
import { compileUnnamed, type Ending, type EndingOf } from "./endings.js";
import { collectMistakes, mistake } from "./mistake.js";
import { compileObjectEvent, type ObjectEvent } from "./object-event.js";

/** The effects of a stream's events, compiled from the options of the event message. */
export interface Events {
  /** The oneof that holds the payload of an event. */
  readonly oneof: DescOneof;
  /** The effects of events on objects, by the local name of the event's arm. */
  readonly objectEvents: ReadonlyMap<string, ObjectEvent>;
  /** How events end the stream, by the local name of the event's arm. */
  readonly endings: ReadonlyMap<string, Ending>;
  /**
   * Checks whether an event without a name ends the stream; the first result that is not undefined
   * counts.
   */
  readonly unnamed: readonly EndingOf[];
  /** The messages of the objects, in the order of the events. */
  readonly objects: readonly DescMessage[];
}

const cache = new WeakMap<DescMessage, Events>();

/**
 * Compiles the effects of a stream's events. The result is cached by descriptor.
 *
 * @throws {MappingError} if options are missing, wrong or not supported, with every mistake.
 */
export function compileEvents(desc: DescMessage): Events {
  let events = cache.get(desc);
  if (events === undefined) {
    events = compile(desc);
    cache.set(desc, events);
  }
  return events;
}

function compile(desc: DescMessage): Events {
  const problems: MappingProblem[] = [];
  const objectEvents = new Map<string, ObjectEvent>();
  const endings = new Map<string, Ending>();
  const unnamed: EndingOf[] = [];
  const arms = desc.fields.filter((field) => hasOption(field, eventOption));
  for (const field of arms) {
    collectMistakes(problems, () => {
      const ending = endingOf(field);
      if (ending === undefined) {
        objectEvents.set(field.localName, compileObjectEvent(desc, field));
      } else {
        endings.set(field.localName, ending);
        unnamed.push(compileUnnamed(field, ending));
      }
    });
  }
  for (const field of arms) {
    collectMistakes(problems, () => checkSingle(field, objectEvents));
  }
  const oneof = arms[0]?.oneof;
  collectMistakes(problems, () => checkArms(desc, arms, oneof));
  if (problems.length > 0 || oneof === undefined) {
    throw new MappingError(problems);
  }
  const objects = new Set(Array.from(objectEvents.values(), ({ object }) => object.desc));
  return { oneof, objectEvents, endings, unnamed, objects: [...objects] };
}

function checkArms(
  desc: DescMessage,
  arms: readonly DescField[],
  oneof: DescOneof | undefined,
): void {
  if (arms.length === 0) {
    throw mistake(desc, "no field has the option (stepwire.json.v1.event)");
  }
  for (const field of arms) {
    if (field.oneof === undefined || field.oneof !== oneof) {
      throw mistake(field, "(stepwire.json.v1.event) is only for the arms of one oneof");
    }
  }
}

/** Checks an event about the only object of its type: no other event may be about one of several. */
function checkSingle(field: DescField, events: ReadonlyMap<string, ObjectEvent>): void {
  const own = events.get(field.localName);
  const isOther = ({ object, single }: ObjectEvent): boolean =>
    object.desc === own?.object.desc && !single;
  if (own?.single && [...events.values()].some(isOther)) {
    throw mistake(field, `all events about ${own.object.desc.name} have \`single\`, or none`);
  }
}

function endingOf(field: DescField): Ending | undefined {
  switch (getOption(field, eventOption).effect) {
    case Effect.END:
      return "done";
    case Effect.FAIL:
      return "error";
    default:
      return undefined;
  }
}
