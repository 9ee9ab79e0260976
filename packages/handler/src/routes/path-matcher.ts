import { httpErrors } from "../http-errors.js";

/** The longest value of a path variable, in characters. */
const LONGEST_VARIABLE = 512;

/** What is found for a path. */
export interface PathMatch<Value> {
  readonly value: Value;
  /** The values of the path's variables, in order, without escapes. */
  readonly variables: readonly string[];
}

interface Node<Value> {
  readonly children: Map<string, Node<Value>>;
  variable: Node<Value> | undefined;
  value: Value | undefined;
}

/**
 * Finds values by HTTP method and path. A literal segment goes before a variable one. Paths are
 * case-sensitive, and a slash at the end is a segment of its own.
 */
export class PathMatcher<Value> {
  readonly #roots = new Map<string, Node<Value>>();
  readonly #prefix: readonly string[];

  /** @param prefix start of all paths, such as `/v1`; empty for none. */
  constructor(prefix: string) {
    this.#prefix = prefix.split("/").slice(1);
  }

  /** @param segments literals; undefined for a variable. */
  add(method: string, segments: readonly (string | undefined)[], value: Value): void {
    let node = this.#roots.get(method);
    if (node === undefined) {
      node = createNode();
      this.#roots.set(method, node);
    }
    for (const segment of [...this.#prefix, ...segments]) {
      node = childOf(node, segment);
    }
    node.value = value;
  }

  /**
   * @param path the path of a request, with its escapes.
   * @throws {OpenAIHttpError} if an escape is wrong, or the value of a variable is too long.
   */
  find(method: string, path: string): PathMatch<Value> | undefined {
    const segments = path.split("/").slice(1).map(decode);
    const root = this.#roots.get(method);
    return root && findBelow(root, segments, 0, []);
  }
}

function createNode<Value>(): Node<Value> {
  return { children: new Map(), variable: undefined, value: undefined };
}

function childOf<Value>(node: Node<Value>, segment: string | undefined): Node<Value> {
  if (segment === undefined) {
    node.variable ??= createNode();
    return node.variable;
  }
  let child = node.children.get(segment);
  if (child === undefined) {
    child = createNode();
    node.children.set(segment, child);
  }
  return child;
}

/** The depth of the recursion is that of the routes. */
function findBelow<Value>(
  node: Node<Value>,
  segments: readonly string[],
  index: number,
  variables: readonly string[],
): PathMatch<Value> | undefined {
  const segment = segments[index];
  if (segment === undefined) {
    return node.value === undefined ? undefined : { value: node.value, variables };
  }
  const child = node.children.get(segment);
  const found = child && findBelow(child, segments, index + 1, variables);
  if (found !== undefined || node.variable === undefined) {
    return found;
  }
  if (segment.length > LONGEST_VARIABLE) {
    throw httpErrors.pathTooLong();
  }
  return findBelow(node.variable, segments, index + 1, [...variables, segment]);
}

function decode(segment: string): string {
  if (!segment.includes("%")) {
    return segment;
  }
  try {
    return decodeURIComponent(segment);
  } catch {
    throw httpErrors.badPath();
  }
}
