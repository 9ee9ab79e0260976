import type { TextRange } from "@stepwire/json";
import type { JSX } from "preact";
import { memo } from "preact/compat";
import { type Token, tokenizeLine } from "./tokens.js";

/** The height of a line in pixels, as in the style sheet. */
export const LINE_HEIGHT = 20;

/** A marked part of a text. */
export interface Mark extends TextRange {
  readonly kind: "linked" | "violation" | "current";
}

/** A line of a text. */
export interface TextLine {
  readonly start: number;
  readonly text: string;
  /** How a line of a comparison is shown. */
  readonly change?: "removed" | "added" | "changed" | undefined;
}

/** The lines of a text. */
export function linesOf(text: string): TextLine[] {
  const lines: TextLine[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    lines.push({ start, text: line });
    start += line.length + 1;
  }
  return lines;
}

/** Returns the range of visible lines, with a few more before and after. */
export function visibleLines(count: number, top: number, height: number): [number, number] {
  const first = Math.max(0, Math.floor(top / LINE_HEIGHT) - 4);
  return [first, Math.min(count, Math.ceil((top + height) / LINE_HEIGHT) + 4)];
}

/** If a line is longer than this, only its visible part is coloured. */
const LONG_LINE = 500;
/** The coloured part moves in steps of this many characters. */
const STEP = 250;
/** Slightly less than the width of a character in pixels. */
const CHARACTER_WIDTH = 7;

interface LineRowsProps {
  readonly lines: readonly TextLine[];
  readonly first: number;
  readonly end: number;
  readonly marks: readonly Mark[];
  /** How far the text is scrolled to the side. */
  readonly left?: number;
}

/** Some lines of a text, at the position that they have in the whole text. */
export function LineRows({ lines, first, end, marks, left = 0 }: LineRowsProps): JSX.Element {
  const from = Math.floor(left / CHARACTER_WIDTH / STEP) * STEP - STEP;
  return (
    <div class="rows" style={{ transform: `translateY(${first * LINE_HEIGHT}px)` }}>
      {lines.slice(first, end).map((line, position) => (
        <LineRow
          key={first + position}
          text={line.text}
          change={line.change}
          from={line.text.length > LONG_LINE ? Math.max(0, from) : 0}
          marks={marksWithin(marks, line)}
        />
      ))}
    </div>
  );
}

interface LineRowProps {
  readonly text: string;
  readonly change: TextLine["change"];
  /** The first character that may be seen of a long line. */
  readonly from: number;
  /** Start, end and kind of each mark, as a text so that rows can be compared. */
  readonly marks: string;
}

const LineRow = memo(function LineRow({ text, change, from, marks }: LineRowProps): JSX.Element {
  const pieces = cut(seenTokens(tokenizeLine(text), from), readMarks(marks));
  return (
    <div class={change === undefined ? "row" : `row ${change}`}>
      {pieces.map(({ text: piece, className }, position) => (
        <span key={position} class={className}>
          {piece}
        </span>
      ))}
      {"\n"}
    </div>
  );
});

function marksWithin(marks: readonly Mark[], { start, text }: TextLine): string {
  const end = start + text.length;
  return marks
    .filter((mark) => mark.start < end + 1 && mark.end > start)
    .map((mark) => `${mark.start - start},${mark.end - start},${mark.kind}`)
    .join(";");
}

function readMarks(marks: string): Mark[] {
  return marks === ""
    ? []
    : marks.split(";").map((mark) => {
        const [start, end, kind] = mark.split(",");
        return {
          start: Number(start),
          end: Number(end),
          kind: kind === "violation" || kind === "current" ? kind : "linked",
        };
      });
}

/** Returns the tokens of a long line; the invisible parts are two plain tokens. */
function seenTokens(tokens: readonly Token[], from: number): readonly Token[] {
  const seen: Token[] = [];
  let before = "";
  let after = "";
  let start = 0;
  for (const token of tokens) {
    if (start + token.text.length < from) {
      before += token.text;
    } else if (start < from + LONG_LINE) {
      seen.push(token);
    } else {
      after += token.text;
    }
    start += token.text.length;
  }
  return [
    ...(before === "" ? [] : [{ kind: "plain" as const, text: before }]),
    ...seen,
    ...(after === "" ? [] : [{ kind: "plain" as const, text: after }]),
  ];
}

interface Piece {
  readonly text: string;
  readonly className: string;
}

/** Splits tokens at the start and end of marks. */
function cut(tokens: readonly Token[], marks: readonly Mark[]): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  for (const { kind, text } of tokens) {
    const end = start + text.length;
    const edges = marks
      .flatMap((mark) => [mark.start, mark.end])
      .filter((edge) => edge > start && edge < end)
      .sort((a, b) => a - b);
    let from = start;
    for (const to of [...edges, end]) {
      const kinds = marks.filter((mark) => mark.start <= from && mark.end >= to);
      const className = [`token-${kind}`, ...kinds.map((mark) => `mark-${mark.kind}`)].join(" ");
      pieces.push({ text: text.slice(from - start, to - start), className });
      from = to;
    }
    start = end;
  }
  return pieces;
}
