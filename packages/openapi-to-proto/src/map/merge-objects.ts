import type { Schemas } from "./schemas.js";
import type { ObjectShape, SchemaNode } from "./shape.js";
import { toPascalCase } from "./words.js";

/** Returns one object for several: with the members of all, required if all require them. */
export function mergeObjects(
  node: SchemaNode,
  objects: readonly ObjectShape[],
  schemas: Schemas,
): ObjectShape {
  const nodes = new Map<string, Set<SchemaNode>>();
  for (const { members } of objects) {
    for (const [name, member] of members) {
      nodes.set(name, (nodes.get(name) ?? new Set()).add(member));
    }
  }
  const members = new Map<string, SchemaNode>();
  for (const [name, [...arms]] of nodes) {
    members.set(name, mergeMember(node, name, arms, schemas));
  }
  const [first] = objects;
  const required = [...(first?.required ?? [])].filter((name) =>
    objects.every((object) => object.required.has(name)),
  );
  return { kind: "object", node, members, required: new Set(required) };
}

function mergeMember(
  node: SchemaNode,
  name: string,
  arms: readonly SchemaNode[],
  schemas: Schemas,
): SchemaNode {
  const [first, second] = arms;
  if (first !== undefined && second === undefined) {
    return first;
  }
  return schemas.derived(
    `${node.key}#any:${name}`,
    first?.pointer ?? node.pointer,
    () => `${node.hint}${toPascalCase(name)}`,
    { kind: "any", arms },
  );
}
