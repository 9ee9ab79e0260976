import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { DescEnum, DescField, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { getComments } from "@bufbuild/protoplugin";
import {
  getMessageMapping,
  MappingError,
  type MessageMapping,
  type ObjectMapping,
  readDescriptorSet,
} from "../../../../packages/mapping/src/index.ts";
import { root } from "../../command.ts";
import { repository } from "../project.ts";
import type { ReferenceBuilder, ReferencePage } from "./reference.ts";

const address = "reference/proto/";

/**
 * The schema, with the JSON name of each field. Made here: the usual plugin, protoc-gen-doc, has had
 * no release since 2022 and knows no JSON mapping but that of Protobuf.
 */
export const protoReference: ReferenceBuilder = {
  name: "proto",
  language: "Schema",
  about: "every message, enum and service of the `.proto` files, with the names in JSON",
  address,
  missing: () => Promise.resolve(undefined),
  build: () => Promise.resolve(protoPages()),
};

/** Returns a page for each file, and the list of them. */
export function protoPages(): ReferencePage[] {
  const buf = join(root, "node_modules/.bin/buf");
  const set = execFileSync(buf, ["build", "-o", "-"], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const files = readDescriptorSet(set)
    .filter(({ name }) => name.startsWith("stepwire/"))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  return [indexPage(files), ...files.map(filePage)];
}

/** Returns where a file is documented, without slashes at the ends. */
function slugOf(file: DescFile): string {
  return `${address}${file.name}`;
}

function indexPage(files: readonly DescFile[]): ReferencePage {
  const packages = Map.groupBy(files, ({ proto }) => proto.package);
  const sections = [...packages].map(([name, members]) => {
    const rows = members.map((file) => {
      const names = [...file.messages, ...file.enums, ...file.services].map(
        (each) => `[${each.name}](/${slugOf(file)}/#${each.name.toLowerCase()})`,
      );
      return `| [${file.name.split("/").pop()}.proto](/${slugOf(file)}/) | ${names.join(", ")} |`;
    });
    return [`## ${name}`, "", "| file | |", "|---|---|", ...rows].join("\n");
  });
  const about =
    "Every message, enum and service of the schema, with the names of its fields in JSON.";
  const text = `${about} [How a message maps to JSON](/mapping/) explains the mapping.`;
  return {
    slug: address.slice(0, -1),
    title: "Schema reference",
    about,
    markdown: [text, ...sections].join("\n\n"),
  };
}

function filePage(file: DescFile): ReferencePage {
  const parts = [
    `Package \`${file.proto.package}\`. [Source](${repository}/blob/main/proto/${file.name}.proto)`,
    ...file.services.map(service),
    ...file.messages.flatMap((each) => message(each, 2)),
    ...file.enums.map((each) => enumeration(each, 2)),
  ];
  return {
    slug: slugOf(file),
    title: `${file.name}.proto`,
    about: `Messages of the file ${file.name}.proto.`,
    markdown: parts.join("\n\n"),
  };
}

function service(each: DescService): string {
  const rows = each.methods.map(
    (method) =>
      `| \`${method.name}\` | ${link(method.input)} | ${method.methodKind === "server_streaming" ? "stream of " : ""}${link(method.output)} | ${cell(commentOf(method))} |`,
  );
  const table = ["| rpc | request | response | |", "|---|---|---|---|", ...rows].join("\n");
  return [`## ${each.name}`, commentOf(each), table].join("\n\n");
}

function message(each: DescMessage, level: number): string[] {
  const names = jsonNames(each);
  const rows = each.fields
    .filter(({ name }) => name !== "json_residue")
    .map(
      (field) =>
        `| \`${field.name}\` | ${field.number} | ${typeOf(field)} | ${names.get(field.number) ?? ""} | ${cell(commentOf(field))} |`,
    );
  const table = ["| field | number | type | in JSON | |", "|---|--:|---|---|---|", ...rows];
  return [
    `${"#".repeat(level)} ${each.name}`,
    commentOf(each),
    ...(rows.length === 0 ? ["No fields but the residue."] : [table.join("\n")]),
    ...each.nestedEnums.map((nested) => enumeration(nested, level + 1)),
    ...each.nestedMessages.flatMap((nested) =>
      nested.proto.options?.mapEntry === true ? [] : message(nested, level + 1),
    ),
  ].filter((part) => part !== "");
}

/** Returns how the JSON of a message shows its fields, by their numbers. */
function jsonNames(each: DescMessage): ReadonlyMap<number, string> {
  const isOption = each.file.proto.package === "stepwire.json.v1";
  const mapping = isOption ? undefined : mappingOf(each);
  if (mapping === undefined) {
    return new Map();
  }
  switch (mapping.kind) {
    case "array":
      return new Map([[mapping.field.number, "the array itself"]]);
    case "object":
      return objectNames(mapping);
    default:
      return new Map(mapping.arms.map(({ field }) => [field.number, "the value itself"]));
  }
}

function objectNames({ members, unions }: ObjectMapping): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const member of members) {
    if (member.kind === "field") {
      names.set(member.field.number, `\`${member.name}\` ${member.presence}`);
    }
  }
  for (const { tag, arms } of unions) {
    for (const { field, tagValue, name } of arms) {
      const where = name === undefined ? "" : `, \`${name}\``;
      names.set(field.number, `\`${tag}\`: \`"${tagValue}"\`${where}`);
    }
  }
  return names;
}

/** Requests of services have no JSON form; their fields come from the path, the query and a body. */
function mappingOf(each: DescMessage): MessageMapping | undefined {
  try {
    return getMessageMapping(each);
  } catch (error) {
    if (error instanceof MappingError) {
      return undefined;
    }
    throw error;
  }
}

function enumeration(each: DescEnum, level: number): string {
  const rows = each.values.map(
    (value) => `| \`${value.name}\` | ${value.number} | ${cell(commentOf(value))} |`,
  );
  const table = ["| value | number | |", "|---|--:|---|", ...rows].join("\n");
  return [`${"#".repeat(level)} ${each.name}`, commentOf(each), table].join("\n\n");
}

function typeOf(field: DescField): string {
  switch (field.fieldKind) {
    case "list":
      return `list of ${typeOfValue(field)}`;
    case "map":
      return `map of ${typeOfValue(field)}`;
    default:
      return typeOfValue(field);
  }
}

function typeOfValue(field: DescField): string {
  const desc = field.message ?? field.enum;
  if (desc !== undefined) {
    return link(desc);
  }
  return field.scalar === undefined ? "" : `\`${ScalarType[field.scalar].toLowerCase()}\``;
}

function link(desc: DescMessage | DescEnum): string {
  return desc.file.name.startsWith("stepwire/")
    ? `[${desc.name}](/${slugOf(desc.file)}/#${desc.name.toLowerCase()})`
    : `\`${desc.typeName}\``;
}

function commentOf(desc: Parameters<typeof getComments>[0]): string {
  const { leading = "", trailing = "" } = getComments(desc);
  return `${leading}${trailing}`
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .trim()
    .replaceAll("<", "&lt;");
}

function cell(text: string): string {
  return text.replaceAll(/\s+/gu, " ").replaceAll("|", "\\|");
}
