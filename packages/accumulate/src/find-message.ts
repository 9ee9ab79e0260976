import type { DescMessage } from "@bufbuild/protobuf";

/** Finds a message by its full name, or by its name within the package of another message. */
export function findMessage(name: string, near: DescMessage): DescMessage | undefined {
  const names = [name, `${near.file.proto.package}.${name}`];
  const files = [near.file];
  const seen = new Set(files);
  for (const file of files) {
    const messages = [...file.messages];
    for (const message of messages) {
      if (names.includes(message.typeName)) {
        return message;
      }
      messages.push(...message.nestedMessages);
    }
    for (const dependency of file.dependencies) {
      if (!seen.has(dependency)) {
        seen.add(dependency);
        files.push(dependency);
      }
    }
  }
  return undefined;
}
