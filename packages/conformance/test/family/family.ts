import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileRegistry, type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { findDocuments, getDocumentArms, getMessageMapping } from "@stepwire/mapping";
import { DocumentGenerator } from "@stepwire/testing";
import { onTestFinished } from "vitest";

/*
 * A family of messages that no code knows: the `.proto` files in the folder `proto`. All
 * that the tests know of it comes from the descriptors, as for any other family.
 */

export const projectRoot: string = join(import.meta.dirname, "../../../..");

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

/** Builds the family in a temporary folder, beside the options that it imports. */
export function buildFamily(): Family {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-family-"));
  try {
    cpSync(join(projectRoot, "proto/stepwire"), join(folder, "stepwire"), { recursive: true });
    cpSync(join(import.meta.dirname, "proto"), folder, { recursive: true });
    const descriptors = execFileSync(
      join(projectRoot, "node_modules/.bin/buf"),
      [
        "build",
        folder,
        "--path",
        join(folder, "acme"),
        "--as-file-descriptor-set",
        "--output",
        "-",
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    return describeFamily(descriptors);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function describeFamily(descriptors: Buffer): Family {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));
  const messages = [...registry].filter((desc) => desc.kind === "message");
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

/** A folder with files, for the time of a test. */
export function createFolder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-family-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), content);
  }
  return folder;
}
