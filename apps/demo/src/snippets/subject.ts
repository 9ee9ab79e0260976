import type { DocumentType, InputForm, Mode } from "../model/conversion.js";

/** What code is written for. */
export interface SnippetSubject {
  readonly form: InputForm;
  readonly type: DocumentType;
  /** The type that any document is. */
  readonly documentType: DocumentType;
  readonly mode: Mode;
  /** The name of the file that the document came from. */
  readonly name: string;
}
