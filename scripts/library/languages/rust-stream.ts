import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A file of a google.protobuf.FileDescriptorSet as JSON; only what is used here. */
export interface StreamFileDescriptor {
  readonly package?: string;
  readonly messageType?: readonly StreamMessageDescriptor[];
}

interface StreamMessageDescriptor {
  readonly name: string;
  readonly field?: readonly {
    readonly number: number;
    readonly label?: string;
    readonly type: string;
    readonly typeName?: string;
  }[];
  readonly nestedType?: readonly StreamMessageDescriptor[];
  readonly options?: Readonly<Record<string, unknown>> & { readonly mapEntry?: boolean };
}

const REPEATS_FIELDS = "[stepwire.json.v1.repeats_fields]";

/**
 * Writes what a writer of the stream format has to know of the schema. prost keeps no descriptors, so
 * the crate gets a table.
 *
 * @param descriptors Path of the descriptors as JSON.
 * @param directory Folder of the generated code.
 */
export function writeRustStream(descriptors: string, directory: string): void {
  // The format is that of google.protobuf.FileDescriptorSet.
  const { file } = JSON.parse(readFileSync(descriptors, "utf8")) as {
    file: StreamFileDescriptor[];
  };
  writeFileSync(join(directory, "stream.rs"), formatRustStream(file));
}

/**
 * Formats the table: the messages with arms whose payloads have the option `repeats_fields`, and the
 * messages in these payloads with the fields that hold messages.
 */
export function formatRustStream(files: readonly StreamFileDescriptor[]): string {
  const messages = collectMessages(files);
  const indexes = new Map<string, number>();
  const children: string[] = [];

  /** Returns the index of a message, after adding the messages in it. */
  function indexOf(name: string): number {
    const known = indexes.get(name);
    if (known !== undefined) {
      return known;
    }
    const index = indexes.size;
    indexes.set(name, index);
    const fields = messageFields(name).map(
      ({ number, typeName }) => `Child { number: ${number}, message: ${indexOf(typeName)} }`,
    );
    children[index] = `    &[${fields.join(", ")}], // ${name.slice(1)}`;
    return index;
  }

  /** Returns the fields that hold messages, but no maps, in the order of their numbers. */
  function messageFields(
    name: string,
  ): { number: number; label?: string | undefined; typeName: string }[] {
    const fields = messages.get(name)?.field ?? [];
    return fields
      .flatMap(({ number, label, type, typeName = "" }) =>
        type === "TYPE_MESSAGE" && messages.get(typeName)?.options?.mapEntry !== true
          ? [{ number, label, typeName }]
          : [],
      )
      .sort((one, other) => one.number - other.number);
  }

  const events: string[] = [];
  for (const [name, { options }] of [...messages].sort(([one], [other]) =>
    one < other ? -1 : 1,
  )) {
    if (options?.mapEntry === true) {
      continue;
    }
    const slots = new Map<string, number>();
    const arms = messageFields(name).flatMap(({ number, label, typeName }) => {
      const isRepeating = messages.get(typeName)?.options?.[REPEATS_FIELDS] === true;
      if (!isRepeating || label === "LABEL_REPEATED") {
        return [];
      }
      const slot = slots.get(typeName) ?? number;
      slots.set(typeName, slot);
      return [`Arm { number: ${number}, slot: ${slot}, message: ${indexOf(typeName)} }`];
    });
    if (arms.length > 0) {
      events.push(
        `    ("${name.slice(1)}", &[\n${arms.map((arm) => `        ${arm},\n`).join("")}    ]),`,
      );
    }
  }
  return `// Generated from the schema by \`pnpm generate:rust\`; do not edit.

/// The messages with arms whose payloads repeat their fields.
static EVENTS: &[(&str, &[Arm])] = &[
${events.join("\n")}
];

/// The messages in these payloads: their fields that hold messages.
static MESSAGES: &[&[Child]] = &[
${children.join("\n")}
];
`;
}

/** Returns all messages by their names, which begin with a dot. */
function collectMessages(
  files: readonly StreamFileDescriptor[],
): ReadonlyMap<string, StreamMessageDescriptor> {
  const all = new Map<string, StreamMessageDescriptor>();
  const add = (scope: string, messages: readonly StreamMessageDescriptor[]): void => {
    for (const message of messages) {
      const name = `${scope}.${message.name}`;
      all.set(name, message);
      add(name, message.nestedType ?? []);
    }
  };
  for (const { package: owner = "", messageType = [] } of files) {
    add(owner === "" ? "" : `.${owner}`, messageType);
  }
  return all;
}
