/** A mistake of somebody who uses the command for the first time. */
export interface Mistake {
  readonly name: string;
  /** The command line, without `stepwire`. Its first file is `in`, or the name given here. */
  readonly run: string;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly stdin?: string | Uint8Array;
  readonly exitCode?: 1 | 2;
  /** What the message says was found. */
  readonly says: RegExp;
  /**
   * The command line that the message offers. It must work in the same folder, with the same
   * standard input. Absent if there is none; then the message says what to do.
   */
  readonly offers?: string;
  /** What the offered command line writes. */
  readonly writes?: RegExp;
  /** The output of programs, for machines that lack them. */
  readonly missing?: Readonly<Record<string, string | Uint8Array>>;
  /** Whether the offered command line fails too, because it shows the damage. */
  readonly isDamaged?: true;
}
