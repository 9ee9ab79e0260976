/** What a declaration is found again by. */
interface Named {
  readonly name: string;
  readonly source: string;
  readonly renamedFrom?: string;
}

/**
 * Finds each declaration in the lock of the import before: by its name and source, or else by its
 * source, which a rename does not change, or else by its name, which a move in the document does not
 * change. A source with an index changes with the order of the document, so it comes last.
 *
 * @returns the name in the lock, by the name of the declaration.
 */
export function matchDeclarations(
  declarations: readonly Named[],
  locked: ReadonlyMap<string, { readonly source: string }>,
): Map<string, string> {
  const bySource = new Map([...locked].map(([name, { source }]) => [source, name]));
  const matched = new Map<string, string>();
  const taken = new Set<string>();
  const rules: ((declaration: Named) => string | undefined)[] = [
    ({ name, source }) => (locked.get(name)?.source === source ? name : undefined),
    ({ renamedFrom = "" }) => bySource.get(renamedFrom),
    ({ source }) => (hasIndex(source) ? undefined : bySource.get(source)),
    ({ name }) => (locked.has(name) ? name : undefined),
    ({ source }) => bySource.get(source),
  ];
  for (const find of rules) {
    for (const declaration of declarations) {
      const found = matched.has(declaration.name) ? undefined : find(declaration);
      if (found !== undefined && !taken.has(found)) {
        matched.set(declaration.name, found);
        taken.add(found);
      }
    }
  }
  return matched;
}

function hasIndex(pointer: string): boolean {
  return /\/[0-9]+(\/|$)/.test(pointer);
}
