import { isAlias, isMap, isPair, isScalar, isSeq, type Pair } from "yaml";

/** What is wrong with an alias. */
export interface AliasMistake {
  readonly code: "too_large" | "not_a_document";
  readonly expected: string;
  readonly alias: string;
  /** The offset of the alias in the text. */
  readonly offset: number;
}

/** The value of an anchor; without its size while the aliases within it are replaced. */
interface Anchored {
  readonly node: unknown;
  size?: number;
}

/**
 * Replaces the aliases of a YAML document by the values of their anchors. The library would search
 * all anchors for each alias, follow an alias to itself without an end, and count repetitions only
 * for each anchor.
 *
 * @param maxValues how many values the aliases may repeat
 * @returns the first alias that cannot be replaced.
 */
export function replaceAliases(root: unknown, maxValues: number): AliasMistake | undefined {
  const replacer = new AliasReplacer(maxValues);
  replacer.visit(root);
  return replacer.mistake;
}

class AliasReplacer {
  mistake: AliasMistake | undefined;
  readonly #maxValues: number;
  readonly #anchors = new Map<string, Anchored>();
  #repeated = 0;

  constructor(maxValues: number) {
    this.#maxValues = maxValues;
  }

  /** Replaces the aliases within a node, and returns how many values it has. */
  visit(node: unknown): number {
    if (this.mistake !== undefined || !(isMap(node) || isSeq(node) || isScalar(node))) {
      return 1;
    }
    const anchored: Anchored = { node };
    if (node.anchor !== undefined) {
      this.#anchors.set(node.anchor, anchored);
    }
    let size = 1;
    if (isMap(node)) {
      for (const item of node.items) {
        size += this.#pair(item);
      }
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        if (isPair(item)) {
          size += this.#pair(item);
        } else {
          const value = this.#replaced(item);
          node.items[index] = value.node;
          size += value.size;
        }
      }
    }
    anchored.size = size;
    return size;
  }

  #pair(pair: Pair): number {
    const key = this.#replaced(pair.key);
    const value = this.#replaced(pair.value);
    pair.key = key.node;
    pair.value = value.node;
    return key.size + value.size;
  }

  #replaced(node: unknown): { readonly node: unknown; readonly size: number } {
    if (!isAlias(node)) {
      return { node, size: this.visit(node) };
    }
    const { source, range } = node;
    const anchored = this.#anchors.get(source);
    const size = anchored?.size ?? 1;
    this.#repeated += size;
    if (anchored?.size === undefined || this.#repeated > this.#maxValues) {
      const alias = `*${source}`;
      this.mistake ??= { ...this.#reason(anchored), alias, offset: range?.[0] ?? 0 };
    }
    return { node: anchored?.node, size };
  }

  #reason(anchored: Anchored | undefined): Pick<AliasMistake, "code" | "expected"> {
    if (anchored === undefined) {
      return { code: "not_a_document", expected: "an alias of an anchor before it" };
    }
    if (anchored.size === undefined) {
      return { code: "not_a_document", expected: "an alias of an anchor that does not contain it" };
    }
    const expected = `aliases that repeat at most ${this.#maxValues} values (the limit \`maxAliases\`)`;
    return { code: "too_large", expected };
  }
}
