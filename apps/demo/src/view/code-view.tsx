import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { LINE_HEIGHT, LineRows, linesOf, type Mark, type TextLine, visibleLines } from "./lines.js";
import { useViewport } from "./use-viewport.js";

interface CodeViewProps {
  readonly label: string;
  readonly text?: string;
  /** Lines instead of a text. */
  readonly lines?: readonly TextLine[];
  readonly marks?: readonly Mark[];
  /** A line to bring into view. */
  readonly reveal?: number | undefined;
}

const NO_MARKS: readonly Mark[] = [];

/** A read-only text of any length. */
export function CodeView(props: CodeViewProps): JSX.Element {
  const { label, text = "", marks = NO_MARKS, reveal } = props;
  const lines = useMemo(() => props.lines ?? linesOf(text), [props.lines, text]);
  const { ref, top, left, height } = useViewport<HTMLElement>(2);
  const [first, end] = visibleLines(lines.length, top, height);
  useEffect(() => {
    const element = ref.current;
    if (element !== null && reveal !== undefined) {
      element.scrollTop = reveal * LINE_HEIGHT - element.clientHeight / 2;
    }
  }, [ref, reveal]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={ref} class="code" aria-label={label} tabIndex={0}>
      <div class="code-lines" style={{ height: `${lines.length * LINE_HEIGHT}px` }}>
        <LineRows lines={lines} first={first} end={end} marks={marks} left={left} />
      </div>
    </section>
  );
}
