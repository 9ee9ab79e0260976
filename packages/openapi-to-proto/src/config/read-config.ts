import { ImportError, type ImportMistake, type ReportMistake } from "../error.js";
import { type ReadLimits, readDocument, type SourceFile } from "../read/read-document.js";
import {
  COMMENT_CHOICES,
  type EventsConfig,
  type ImportConfig,
  INTEGER_CHOICES,
  MEMBER_TYPE_CHOICES,
  type MemberConfig,
  PRESENCE_CHOICES,
  SCHEMA_TYPE_CHOICES,
  type SchemaConfig,
  type ValueConfig,
} from "./config.js";
import { ConfigReader, defined } from "./reader.js";

/**
 * Reads the config of an import, in YAML or JSON.
 *
 * @throws {ImportError} `invalid_config`, with all mistakes and their pointers into the config; or
 * the errors of `readDocument`.
 */
export function readConfig(file: SourceFile, limits?: ReadLimits): ImportConfig {
  const mistakes: ImportMistake[] = [];
  const config = parseConfig(parse(file, limits), (mistake) => mistakes.push(mistake));
  if (mistakes.length > 0) {
    throw new ImportError(mistakes);
  }
  return config;
}

/** Makes the mistakes of a text that is not YAML mistakes of the config. */
function parse(file: SourceFile, limits: ReadLimits | undefined): unknown {
  try {
    return readDocument(file, limits);
  } catch (error) {
    if (error instanceof ImportError) {
      throw new ImportError(
        error.mistakes.map((mistake) => ({ ...mistake, code: "invalid_config" })),
      );
    }
    throw error;
  }
}

function parseConfig(value: unknown, report: ReportMistake): ImportConfig {
  const reader = new ConfigReader(value, "", report);
  const config = defined<ImportConfig>({
    package: reader.string("package"),
    roots: reader.strings("roots"),
    files: reader.map("files", (patterns, pointer) => readPatterns(patterns, pointer, report)),
    integers: reader.choice("integers", INTEGER_CHOICES),
    comments: reader.choice("comments", COMMENT_CHOICES),
    members: reader.texts("members"),
    schemas: reader.map("schemas", (schema, pointer) => readSchema(schema, pointer, report)),
  });
  reader.finish();
  return config;
}

function readPatterns(
  value: unknown,
  pointer: string,
  report: ReportMistake,
): readonly string[] | undefined {
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) {
    return value;
  }
  report({
    code: "invalid_config",
    pointer,
    expected: "a list of names of schemas, in which * stands for any text",
    found: typeof value,
  });
  return undefined;
}

function readSchema(value: unknown, pointer: string, report: ReportMistake): SchemaConfig {
  const reader = new ConfigReader(value, pointer, report);
  const schema = defined<SchemaConfig>({
    name: reader.string("name"),
    comment: reader.string("comment"),
    skip: reader.boolean("skip"),
    patch: reader.record("patch"),
    type: reader.choice("type", SCHEMA_TYPE_CHOICES),
    openEnum: reader.boolean("open_enum"),
    merge: reader.boolean("merge"),
    tag: reader.string("tag"),
    renamedFrom: reader.string("renamed_from"),
    schemaName: reader.string("schema_name"),
    identity: reader.strings("identity"),
    repeatsFields: reader.boolean("repeats_fields"),
    options: reader.options("options"),
    members: reader.map("members", (member, place) => readMember(member, place, report)),
    order: reader.strings("order"),
    values: reader.map("values", (each, place) => readValue(each, place, report)),
    events: reader.nested("events", (events, place) => readEvents(events, place, report)),
  });
  reader.finish();
  return schema;
}

function readMember(value: unknown, pointer: string, report: ReportMistake): MemberConfig {
  const reader = new ConfigReader(value, pointer, report);
  const member = defined<MemberConfig>({
    name: reader.string("name"),
    comment: reader.string("comment"),
    type: reader.choice("type", MEMBER_TYPE_CHOICES),
    presence: reader.choice("presence", PRESENCE_CHOICES),
    skip: reader.boolean("skip"),
    renamedFrom: reader.string("renamed_from"),
    options: reader.options("options"),
  });
  reader.finish();
  return member;
}

function readValue(value: unknown, pointer: string, report: ReportMistake): ValueConfig {
  const reader = new ConfigReader(value, pointer, report);
  const result = defined<ValueConfig>({
    name: reader.string("name"),
    comment: reader.string("comment"),
  });
  reader.finish();
  return result;
}

function readEvents(value: unknown, pointer: string, report: ReportMistake): EventsConfig {
  const reader = new ConfigReader(value, pointer, report);
  const events = defined<EventsConfig>({
    name: reader.string("name"),
    comment: reader.string("comment"),
    tag: reader.string("tag"),
    doneText: reader.string("done_text"),
    done: reader.nested("done", (member, place) => readMember(member, place, report)),
    options: reader.options("options"),
    arms: reader.texts("arms"),
    members: reader.map("members", (member, place) => readMember(member, place, report)),
  });
  reader.finish();
  return events;
}
