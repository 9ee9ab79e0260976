import type { Schemas } from "./schemas.js";
import type { ObjectShape, SchemaNode } from "./shape.js";
import { toPascalCase } from "./words.js";

/** Returns one object for several: with the members of all, required if all require them. */
export function mergeObjects(
  node: SchemaNode,
  objects: readonly ObjectShape[],
  schemas: Schemas,
): ObjectShape {
  const nodes = new Map<string, [SchemaNode, ...SchemaNode[]]>();
  for (const { members, required } of objects) {
    for (const name of required) {
      // What an object requires but does not describe may be any value.
      if (!members.has(name) && objects.some((object) => object.members.has(name))) {
        nodes.set(name, [...(nodes.get(name) ?? []), anyValue(node, schemas)]);
      }
    }
    for (const [name, member] of members) {
      const arms = nodes.get(name);
      if (arms === undefined) {
        nodes.set(name, [member]);
      } else {
        arms.push(member);
      }
    }
  }
  const members = new Map<string, SchemaNode>();
  for (const [name, arms] of nodes) {
    members.set(name, mergeMember(node, name, arms, schemas));
  }
  const [first] = objects;
  const required = [...(first?.required ?? [])].filter((name) =>
    objects.every((object) => object.required.has(name)),
  );
  return { kind: "object", node, members, required: new Set(required) };
}

function anyValue({ pointer }: SchemaNode, schemas: Schemas): SchemaNode {
  return schemas.derived("any value", pointer, () => "Value", { kind: "schema", schema: true });
}

function mergeMember(
  node: SchemaNode,
  name: string,
  arms: readonly [SchemaNode, ...SchemaNode[]],
  schemas: Schemas,
): SchemaNode {
  const [first] = arms;
  const hint = () => `${node.hint}${toPascalCase(name)}`;
  return arms.length === 1 ? first : schemas.combined("any", arms, first.pointer, hint);
}
