import { createFileRegistry, type DescFile, fromBinary } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  type FileDescriptorSet,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

/** The bytes are not a complete descriptor set. The message says what to do. */
export class DescriptorSetError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DescriptorSetError";
  }
}

const BUILD_ONE =
  "build one with: buf build -o schema.binpb, or: protoc --include_imports --descriptor_set_out=schema.binpb FILE...";

/**
 * Reads the files of a binary `google.protobuf.FileDescriptorSet`, as written by `buf build` and
 * `protoc`. Files may be in any order.
 *
 * @throws {DescriptorSetError} if the bytes are not a descriptor set, or imports or types are
 * missing.
 */
export function readDescriptorSet(bytes: Uint8Array): DescFile[] {
  const set = parse(bytes);
  checkImports(set);
  try {
    const file = inOrderOfImports(set.file);
    return [...createFileRegistry({ ...set, file }).files];
  } catch (cause) {
    // Protobuf-ES has no message of its own for a field whose type is missing.
    const reason = cause instanceof Error && cause.message !== "" ? `: ${cause.message}` : "";
    throw new DescriptorSetError(`the descriptor set is damaged${reason}; ${BUILD_ONE}`, { cause });
  }
}

function parse(bytes: Uint8Array): FileDescriptorSet {
  let set: FileDescriptorSet | undefined;
  try {
    set = fromBinary(FileDescriptorSetSchema, bytes);
  } catch {
    // Text, for example, is not a valid sequence of fields.
  }
  if (set === undefined || set.file.length === 0 || set.file.some(({ name }) => name === "")) {
    throw new DescriptorSetError(`not a binary FileDescriptorSet; ${BUILD_ONE}`);
  }
  return set;
}

function checkImports({ file: files }: FileDescriptorSet): void {
  const names = new Set(files.map(({ name }) => name));
  const missing = new Map<string, string>();
  for (const { name, dependency } of files) {
    for (const imported of dependency.filter((each) => !names.has(each))) {
      missing.set(imported, name);
    }
  }
  if (missing.size > 0) {
    const list = [...missing].map(([imported, by]) => `${imported} (imported by ${by})`).join(", ");
    throw new DescriptorSetError(`the descriptor set lacks ${list}; ${BUILD_ONE}`);
  }
}

/** Sorts files so that each follows its imports, as the registry requires. */
function inOrderOfImports(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  const ordered = new Set<FileDescriptorProto>();
  const visited = new Set<string>();
  // Uses a stack instead of recursion, because a chain of imports has no length limit.
  for (const stack = [...files].reverse(); stack.length > 0; ) {
    const file = stack.at(-1);
    if (file === undefined || visited.has(file.name)) {
      stack.pop();
      if (file !== undefined) {
        ordered.add(file);
      }
      continue;
    }
    visited.add(file.name);
    for (const name of file.dependency) {
      const imported = byName.get(name);
      if (imported !== undefined && !visited.has(name)) {
        stack.push(imported);
      }
    }
  }
  return [...ordered];
}
