/** A page of a reference that the site shows in its own style. */
export interface ReferencePage {
  readonly slug: string;
  readonly title: string;
  readonly about: string;
  readonly markdown: string;
}

/** The API reference of a language. */
export interface Reference {
  /** The name in the sidebar. */
  readonly language: string;
  readonly about: string;
  /** Where it is, below the base of the site. */
  readonly address: string;
  /** Pages in the style of the site; none if the tool wrote HTML to `public/reference`. */
  readonly pages: readonly ReferencePage[];
  /** Why it was not built; undefined if it was. */
  readonly skipped: string | undefined;
}

/** What makes the reference of a language. */
export interface ReferenceBuilder extends Omit<Reference, "pages" | "skipped"> {
  /** The name for `--only`. */
  readonly name: string;
  /** Returns what is missing on this machine, such as "Go is not installed". */
  missing(): Promise<string | undefined>;
  /**
   * Writes HTML to the folder, or returns pages.
   *
   * @throws {Error} if a tool fails.
   */
  build(folder: string): Promise<readonly ReferencePage[]>;
}
