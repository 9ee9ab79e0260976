import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { BinaryField } from "../model/conversion.js";
import { fieldAt, focused, hovered, link } from "../state/links.js";
import { conversion } from "../state/store.js";
import { nextOffset } from "./hex-keys.js";
import { useViewport } from "./use-viewport.js";

const ROW_HEIGHT = 24;
/** Below this width, a row has half as many bytes. */
const WIDE = 560;

/** The bytes, each with the field that it belongs to. */
export function HexView(): JSX.Element {
  const bytes = conversion.value?.binary ?? new Uint8Array();
  const { ref, top, height, width } = useViewport<HTMLDivElement>(1);
  const perRow = width >= WIDE ? 16 : 8;
  const rows = Math.ceil(bytes.length / perRow);
  const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - 4);
  const end = Math.min(rows, Math.ceil((top + height) / ROW_HEIGHT) + 4);
  const moved = useRef(false);
  const cursor = clampedCursor(bytes.length);
  useReveal(ref, perRow, cursor, moved);

  const onKeyDown = (event: KeyboardEvent): void => {
    // Keys can come faster than the page is drawn.
    const next = nextOffset(event, clampedCursor(bytes.length), bytes.length, perRow);
    if (next !== undefined) {
      event.preventDefault();
      moved.current = true;
      focused.value = { in: "bytes", offset: next };
    }
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: only some rows are there, which a table cannot say
    <div
      ref={ref}
      class="hex"
      role="grid"
      aria-label="Bytes of the binary"
      aria-rowcount={rows}
      aria-colcount={perRow + 1}
      onKeyDown={onKeyDown}
      onFocusIn={({ target }) => {
        const offset = offsetOf(target);
        if (offset !== undefined) {
          focused.value = { in: "bytes", offset };
        }
      }}
      onPointerMove={({ target }) => {
        const offset = offsetOf(target);
        hovered.value = offset === undefined ? undefined : { in: "bytes", offset };
      }}
      onPointerLeave={() => {
        hovered.value = undefined;
      }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see the grid */}
      <div class="hex-rows" role="rowgroup" style={{ height: `${rows * ROW_HEIGHT}px` }}>
        {Array.from({ length: Math.max(0, end - first) }, (_, position) => (
          <HexRow
            key={first + position}
            row={first + position}
            perRow={perRow}
            bytes={bytes}
            cursor={cursor}
          />
        ))}
      </div>
    </div>
  );
}

interface HexRowProps {
  readonly row: number;
  readonly perRow: number;
  readonly bytes: Uint8Array;
  readonly cursor: number;
}

function HexRow({ row, perRow, bytes, cursor }: HexRowProps): JSX.Element {
  const start = row * perRow;
  const offsets = Array.from(bytes.subarray(start, start + perRow), (_, index) => start + index);
  const classes = offsets.map(classesOf);
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the grid
    // biome-ignore lint/a11y/useFocusableInteractive: its cells take the focus
    <div
      class="hex-row"
      role="row"
      aria-rowindex={row + 1}
      style={{ transform: `translateY(${row * ROW_HEIGHT}px)` }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see the grid */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: it is no byte */}
      <span class="hex-offset" role="rowheader">
        {start.toString(16).padStart(4, "0")}
      </span>
      {offsets.map((offset, index) => (
        // biome-ignore lint/a11y/useSemanticElements: see the grid
        <span
          key={offset}
          role="gridcell"
          class={`byte ${classes[index]}`}
          data-offset={offset}
          tabIndex={offset === cursor ? 0 : -1}
          aria-label={labelOf(offset, bytes[offset] ?? 0)}
        >
          {(bytes[offset] ?? 0).toString(16).padStart(2, "0")}
        </span>
      ))}
      <span class="hex-text" aria-hidden="true">
        {runsOf(offsets, classes).map((run) => (
          <span key={run.start} class={run.className} data-offset={run.start}>
            {Array.from(bytes.subarray(run.start, run.end), printable).join("")}
          </span>
        ))}
      </span>
    </div>
  );
}

function offsetOf(target: EventTarget | null): number | undefined {
  const cell = target instanceof HTMLElement ? target.dataset["offset"] : undefined;
  return cell === undefined ? undefined : Number(cell);
}

function clampedCursor(length: number): number {
  const spot = focused.value;
  return spot?.in === "bytes" ? Math.min(spot.offset, Math.max(0, length - 1)) : 0;
}

/** What part of its field a byte is. */
function partOf(offset: number, field: BinaryField): "tag" | "length" | "value" {
  if (offset < field.tag.end) {
    return "tag";
  }
  return field.length !== undefined && offset < field.length.end ? "length" : "value";
}

function classesOf(offset: number): string {
  const field = fieldAt(offset);
  if (field === undefined) {
    return "part-none";
  }
  const part = partOf(offset, field);
  const classes = [part === "value" ? `kind-${field.kind}` : `part-${part}`];
  if (field.isResidue) {
    classes.push("residue");
  }
  const current = link.value;
  if (current?.byteRanges.some(({ start, end }) => start <= offset && offset < end)) {
    classes.push("linked");
  }
  if (current?.spot.in === "bytes" && current.spot.offset === offset) {
    classes.push("under");
  }
  return classes.join(" ");
}

function labelOf(offset: number, byte: number): string {
  const field = fieldAt(offset);
  const hexadecimal = byte.toString(16).padStart(2, "0");
  return field === undefined
    ? hexadecimal
    : `${hexadecimal}, ${partOf(offset, field)} of ${field.path}`;
}

/** Bytes of one field that look the same. */
interface Run {
  readonly start: number;
  readonly end: number;
  readonly className: string | undefined;
}

function runsOf(offsets: readonly number[], classes: readonly string[]): Run[] {
  const runs: Run[] = [];
  for (const [index, offset] of offsets.entries()) {
    const last = runs.at(-1);
    const className = classes[index];
    if (last?.className === className && fieldAt(last?.start ?? offset) === fieldAt(offset)) {
      runs[runs.length - 1] = { start: last?.start ?? offset, end: offset + 1, className };
    } else {
      runs.push({ start: offset, end: offset + 1, className });
    }
  }
  return runs;
}

function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
}

/** Scrolls to the bytes of the value that is highlighted in the text, and focuses its byte. */
function useReveal(
  ref: { readonly current: HTMLElement | null },
  perRow: number,
  cursor: number,
  moved: { current: boolean },
): void {
  const current = link.value;
  const fromText = current?.spot.in === "text" ? current.byteRanges[0]?.start : undefined;
  const target = moved.current ? cursor : fromText;
  useEffect(() => {
    const element = ref.current;
    if (element === null || target === undefined) {
      return;
    }
    const top = Math.floor(target / perRow) * ROW_HEIGHT;
    if (
      top < element.scrollTop ||
      top + 2 * ROW_HEIGHT > element.scrollTop + element.clientHeight
    ) {
      element.scrollTop = top - element.clientHeight / 3;
    }
  }, [ref, perRow, target]);
  useEffect(() => {
    if (moved.current) {
      // The current offset: another key may have been pressed since this was drawn.
      const offset = focused.peek()?.offset;
      const cell = ref.current?.querySelector<HTMLElement>(`.byte[data-offset="${offset}"]`);
      cell?.focus({ preventScroll: true });
      moved.current = cell === null || cell === undefined;
    }
  });
}
