import type { DescMessage } from "@bufbuild/protobuf";
import { archiveSizeAt } from "@stepwire/wire";
import { isArchiveStart } from "@stepwire/wire/archive-layout";
import { createDetector } from "../detect.js";
import { type ConverterOptions, createConverter } from "../engine.js";
import type { Model } from "../schema/model.js";
import { EXAMINED_BYTES } from "./content.js";
import { countUnknownFields } from "./unknown-fields.js";

const options: ConverterOptions = { mode: "archive", maxDepth: 1000, maxBytes: EXAMINED_BYTES };

/**
 * Returns the types for which the bytes are a complete valid message without unknown fields; none
 * for empty input, which is valid for every type.
 */
export function readableTypes(model: Model, binary: Uint8Array): string[] {
  const isExamined = binary.length > 0 && binary.length <= EXAMINED_BYTES;
  return (isExamined ? model.typeNames : []).filter((type) => {
    const schema = model.message(type);
    return countUnknownFields(schema, binary) === 0 && isReadable(schema, binary);
  });
}

function isReadable(schema: DescMessage, binary: Uint8Array): boolean {
  try {
    createConverter(schema, options).toJson(binary);
    return true;
  } catch {
    return false;
  }
}

/** Returns whether bytes are documents with their sizes, up to the last byte. */
function isArchive(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length) {
    const { size, start } = archiveSizeAt(bytes, at);
    if (size === 0) {
      return false;
    }
    at = start + size;
  }
  return bytes.length > 0 && at === bytes.length;
}

/** Returns whether bytes are an archive, or size-delimited documents of the schema. */
export function isDocumentArchive(model: Model, bytes: Uint8Array): boolean {
  if (isArchiveStart(bytes)) {
    return true;
  }
  if (!isArchive(bytes)) {
    return false;
  }
  const { size, start } = archiveSizeAt(bytes);
  const first = bytes.subarray(start, start + size);
  return model.documents.some((document) => isReadable(document, first));
}

/** Returns whether archive mode keeps a JSON document. */
export function isKept(model: Model, json: Uint8Array): boolean {
  return model.documents.some((document) => {
    try {
      createConverter(document, options).toBinary(json);
      return true;
    } catch {
      return false;
    }
  });
}

/** Returns the type of a JSON document; undefined if it is of no known type. */
export function typeOfJson(model: Model, json: Uint8Array): string | undefined {
  if (model.documents.length !== 1) {
    return undefined;
  }
  try {
    const { schema } = createDetector(model, undefined, options).detect(json);
    return schema && model.nameOf(schema);
  } catch {
    return undefined;
  }
}
