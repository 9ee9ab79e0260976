import type { DescMessage } from "@bufbuild/protobuf";
import { type Compilation, MappingError, type MappingProblem } from "./compilation.js";
import { compileArray } from "./compile-array.js";
import { compileByKind } from "./compile-by-kind.js";
import { compileInline } from "./compile-inline.js";
import { compileObject } from "./compile-object.js";
import type { MessageMapping } from "./model.js";
import { messageOptions, oneofShape } from "./options.js";

const cache = new WeakMap<DescMessage, MessageMapping>();

/**
 * Returns the JSON form of a message type, compiled from its descriptor and the mapping options.
 * All message types that it refers to are compiled and checked too. The result is cached by
 * descriptor.
 *
 * @throws {MappingError} if options are missing or wrong, with every mistake.
 */
export function getMessageMapping(desc: DescMessage): MessageMapping {
  return cache.get(desc) ?? compile(desc);
}

function compile(root: DescMessage): MessageMapping {
  const problems = new Map<string, MappingProblem>();
  const queue: DescMessage[] = [];
  const mappings = new Map<DescMessage, MessageMapping>();
  const compilation: Compilation = {
    report: ({ typeName, name, parent }, message) => {
      const path = typeName ?? `${parent?.typeName}.${name}`;
      // An enum is compiled for each of its fields; this reports its mistakes only once.
      problems.set(`${path}: ${message}`, { path, message });
    },
    reach: (desc) => {
      queue.push(desc);
      return {
        kind: "message",
        desc,
        // Lazy, because message types may contain themselves.
        get message() {
          return getMessageMapping(desc);
        },
      };
    },
  };
  compilation.reach(root);
  for (let desc = queue.pop(); desc !== undefined; desc = queue.pop()) {
    if (!mappings.has(desc)) {
      mappings.set(desc, cache.get(desc) ?? compileMessage(compilation, desc));
    }
  }
  if (problems.size > 0) {
    throw new MappingError([...problems.values()]);
  }
  for (const [desc, mapping] of mappings) {
    cache.set(desc, mapping);
  }
  return getMessageMapping(root);
}

function compileMessage(compilation: Compilation, desc: DescMessage): MessageMapping {
  if (messageOptions(desc).array) {
    return compileArray(compilation, desc);
  }
  for (const oneof of desc.oneofs) {
    switch (oneofShape(oneof).case) {
      case "inline":
        return compileInline(compilation, desc, oneof);
      case "kind":
        return compileByKind(compilation, desc, oneof);
    }
  }
  return compileObject(compilation, desc);
}
