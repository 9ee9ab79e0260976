import { useComputed } from "@preact/signals";
import type { TextRange } from "@stepwire/json";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { detectSpelling, readSpelling } from "../engine/bytes/spelling.js";
import type { PlacedViolation } from "../model/conversion.js";
import { EDITABLE_LENGTH } from "../model/limits.js";
import { focused, hovered, jump, link } from "../state/links.js";
import { editText, openBytes, openFile, openText } from "../state/opening.js";
import { currentEvent } from "../state/playback.js";
import { file, shownSample, shownText, violations } from "../state/store.js";
import { LINE_HEIGHT, LineRows, linesOf, type Mark, type TextLine, visibleLines } from "./lines.js";
import { columnAt } from "./text-position.js";
import { useViewport } from "./use-viewport.js";

const PADDING = 8;

/** The text that is converted. Violations and highlighted values are marked. */
export function Editor(): JSX.Element {
  const shown = shownText.value;
  const lines = useMemo(() => linesOf(shown), [shown]);
  const { ref, top, left, height } = useViewport<HTMLTextAreaElement>();
  const layer = useRef<HTMLDivElement>(null);
  const marks = useComputed(() => currentMarks()).value;
  const [first, end] = visibleLines(lines.length, top, height);
  const found = violations.value;
  const badLines = useMemo(() => linesWith(found, lines), [found, lines]);
  useReveal(ref, lines);
  useJump(ref);

  const onPointerMove = (event: PointerEvent): void => {
    const offset =
      layer.current === null ? undefined : offsetAt(event, layer.current, lines, first);
    hovered.value = offset === undefined ? undefined : { in: "text", offset };
  };
  const onCaret = (): void => {
    const caret = ref.current?.selectionStart;
    focused.value = caret === undefined ? undefined : { in: "text", offset: caret };
  };
  return (
    <div class="editor">
      <div class="gutter" aria-hidden="true">
        <div style={{ transform: `translateY(${first * LINE_HEIGHT - top}px)` }}>
          {lines.slice(first, end).map((_, position) => (
            <div key={first + position} class={badLines.has(first + position) ? "bad" : undefined}>
              {first + position + 1}
            </div>
          ))}
        </div>
      </div>
      <div class="editor-text">
        <div class="editor-layer" aria-hidden="true">
          <div ref={layer} style={{ transform: `translate(${-left}px, ${-top}px)` }}>
            <LineRows lines={lines} first={first} end={end} marks={marks} left={left} />
          </div>
        </div>
        <textarea
          ref={ref}
          value={shown}
          readOnly={file.value !== undefined}
          wrap="off"
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          aria-label="Document: JSON, or a transcript of server-sent events"
          aria-invalid={found.length > 0}
          aria-describedby="editor-help"
          onInput={({ currentTarget }) => {
            editText(currentTarget.value);
          }}
          onPaste={onPaste}
          placeholder="Paste JSON, JSON Lines, server-sent events, or bytes in hex or base64."
          onPointerMove={onPointerMove}
          onPointerLeave={() => {
            hovered.value = undefined;
          }}
          onKeyUp={onCaret}
          onClick={onCaret}
          onFocus={onCaret}
        />
      </div>
      <p id="editor-help" class="visually-hidden">
        The caret shows the bytes of the value that it is in. Tab leaves the editor.
      </p>
    </div>
  );
}

/**
 * Opens what is pasted if it is a file, or too long for the editor. Bytes that are spelled as text are
 * read if they replace the whole document, or a sample that nobody has edited.
 */
function onPaste(event: ClipboardEvent & { readonly currentTarget: HTMLTextAreaElement }): void {
  const pasted = event.clipboardData?.getData("text/plain") ?? "";
  const pastedFile = event.clipboardData?.files[0];
  const { selectionStart, selectionEnd, value } = event.currentTarget;
  const replacesAll =
    shownSample.peek() !== undefined || (selectionStart === 0 && selectionEnd === value.length);
  const spelling = replacesAll ? detectSpelling(pasted) : undefined;
  const bytes = spelling && readSpelling(pasted, spelling);
  if (pastedFile !== undefined) {
    void openFile(pastedFile);
  } else if (bytes !== undefined && spelling !== undefined) {
    void openBytes({ name: "", spelling, source: new Blob([bytes]) });
  } else if (pasted.length > EDITABLE_LENGTH) {
    openText(pasted, "");
  } else {
    return;
  }
  event.preventDefault();
}

/** Returns the numbers of the lines, from 0, on which a violation starts. */
function linesWith(
  found: readonly PlacedViolation[],
  lines: readonly TextLine[],
): ReadonlySet<number> {
  return new Set(found.flatMap(({ range }) => (range ? lineOf(lines, range.start) : [])));
}

/** Returns the number of the line, from 0, that an offset belongs to. */
function lineOf(lines: readonly TextLine[], offset: number): number {
  let [low, high] = [0, lines.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle]?.start ?? 0) <= offset) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

function currentMarks(): Mark[] {
  const bad = violations.value.flatMap(({ range }) => range ?? []);
  const linked = link.value?.textRanges ?? [];
  const event = currentEvent.value;
  return [
    ...(event === undefined ? [] : [{ ...event, kind: "current" as const }]),
    ...linked.map(({ start, end }) => ({ start, end, kind: "linked" as const })),
    ...bad.map(({ start, end }) => ({ start, end, kind: "violation" as const })),
  ];
}

/** Returns the offset of the character under the pointer; undefined if there is none. */
function offsetAt(
  event: PointerEvent,
  layer: HTMLElement,
  lines: readonly TextLine[],
  first: number,
): number | undefined {
  const y = event.clientY - layer.getBoundingClientRect().top;
  const number = Math.floor((y - PADDING) / LINE_HEIGHT);
  const row = layer.querySelectorAll(".row")[number - first];
  const line = lines[number];
  if (row === undefined || line === undefined) {
    return undefined;
  }
  const column = columnAt(row, event.clientX);
  return column === undefined || column >= line.text.length ? undefined : line.start + column;
}

/** Selects the part of the text that the reader asked for. */
function useJump(ref: { readonly current: HTMLTextAreaElement | null }): void {
  const target = jump.value;
  useEffect(() => {
    const element = ref.current;
    if (element !== null && target !== undefined) {
      element.focus();
      // Browsers scroll to the caret only if the focus comes after the selection.
      element.setSelectionRange(target.start, target.end);
      element.blur();
      element.focus();
    }
  }, [ref, target]);
}

/** Scrolls to the value that is highlighted elsewhere on the page. */
function useReveal(
  ref: { readonly current: HTMLTextAreaElement | null },
  lines: readonly TextLine[],
): void {
  const current = link.value;
  const target: TextRange | undefined =
    currentEvent.value ?? (current?.spot.in === "bytes" ? current.textRanges[0] : undefined);
  const start = target?.start;
  useEffect(() => {
    const element = ref.current;
    if (element === null || start === undefined) {
      return;
    }
    const number = lineOf(lines, start);
    const top = number * LINE_HEIGHT;
    const isSeen =
      top >= element.scrollTop && top + 2 * LINE_HEIGHT <= element.scrollTop + element.clientHeight;
    if (!isSeen) {
      element.scrollTop = top - element.clientHeight / 3;
    }
  }, [ref, lines, start]);
}
