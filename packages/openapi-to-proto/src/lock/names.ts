/** The names in use in a message or enum. */
export class Names {
  readonly #taken = new Set<string>();
  /**
   * Protobuf compares the names of fields in lower camel case too, and makes the name of a map's
   * entries from it.
   */
  readonly #camelCase = new Set<string>();

  /** Reserves a name that nothing may have. */
  reserve(name: string): void {
    this.#taken.add(name);
    this.#camelCase.add(toCamelCase(name));
  }

  /** Takes a name. Returns false if something has it. */
  take(name: string): boolean {
    const camelCase = toCamelCase(name);
    if (this.#taken.has(name) || this.#camelCase.has(camelCase)) {
      return false;
    }
    this.#taken.add(name);
    this.#camelCase.add(camelCase);
    return true;
  }

  /** Takes a name, with a number at its end if something has it. Returns the name. */
  takeFree(name: string): string {
    let free = name;
    for (let count = 2; !this.take(free); count++) {
      free = `${name}_${count}`;
    }
    return free;
  }
}

function toCamelCase(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
