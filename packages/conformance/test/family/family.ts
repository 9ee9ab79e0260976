import { join } from "node:path";
import type { DescMessage } from "@bufbuild/protobuf";
import { getDocumentArms, getMessageMapping } from "@stepwire/mapping";
import { findDocuments } from "@stepwire/mapping/internal";
import { buildProtos, DocumentGenerator, readProtos, registryOf } from "@stepwire/testing";

/*
 * A family of messages that no code knows: the `.proto` files in the folder `proto`. All
 * that the tests know of it comes from the descriptors, as for any other family.
 */

/** A kind of event, by the mapping of the event message. */
export interface EventArm {
  /** The value of the tag. */
  readonly name: string;
  /** A payload, as JSON. */
  readonly data: string;
}

/** The family, built. */
export interface Family {
  /** The binary FileDescriptorSet that `--descriptor` takes. */
  readonly descriptors: Buffer;
  /** The union of all documents. */
  readonly document: DescMessage;
  /** The messages that a document may be, with their names on the command line. */
  readonly types: ReadonlyMap<string, DescMessage>;
  /** The message of the stream's events. */
  readonly event: DescMessage;
  /** All kinds of events that the family describes. */
  readonly eventArms: readonly EventArm[];
}

/** Compiles the family. */
export function buildFamily(): Family {
  return describeFamily(buildProtos(readProtos(join(import.meta.dirname, "proto"))));
}

function describeFamily(descriptors: Buffer): Family {
  const messages = [...registryOf(descriptors)].filter((desc) => desc.kind === "message");
  const [document] = findDocuments(messages);
  const mapping = document && getMessageMapping(document);
  if (mapping?.kind !== "inline" || mapping.adjacentArm === undefined) {
    throw new Error("the family has no document with events");
  }
  const { desc: event, message } = mapping.adjacentArm.payload;
  const union = message.kind === "object" ? message.unions[0] : undefined;
  return {
    descriptors,
    document: mapping.desc,
    types: new Map(getDocumentArms(mapping.desc).map((arm) => [arm.name, arm.message])),
    event,
    eventArms: (union?.arms ?? []).map(({ tagValue, value }, index) => ({
      name: tagValue,
      data: value.kind === "message" ? documentOf(value.desc, index) : `"text ${index}"`,
    })),
  };
}

/** A document of a message that every mode takes; each seed makes another one. */
export function documentOf(schema: DescMessage, seed: number): string {
  return new DocumentGenerator(schema, { rightIn: "strict" }).generate(seed + 1, 12).text.trim();
}

/** An event as one JSON document. */
export function eventText({ name, data }: EventArm): string {
  return `{"event":${JSON.stringify(name)},"data":${data}}`;
}
