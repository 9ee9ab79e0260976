/** A Set takes 200 bytes even for one name, and most objects are small. */
const FEW_NAMES = 8;

/** The names of an object's members. */
export class NameSet {
  readonly #few: string[] = [];
  #many: Set<string> | undefined;

  has(name: string): boolean {
    return this.#many === undefined ? this.#few.includes(name) : this.#many.has(name);
  }

  add(name: string): void {
    if (this.#many !== undefined) {
      this.#many.add(name);
    } else {
      this.#few.push(name);
      if (this.#few.length > FEW_NAMES) {
        this.#many = new Set(this.#few);
      }
    }
  }
}
