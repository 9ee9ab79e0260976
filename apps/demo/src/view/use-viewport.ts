import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** The visible part of an element that scrolls. */
export interface Viewport<Element extends HTMLElement> {
  readonly ref: RefObject<Element | null>;
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Used until the size is known: almost nothing is drawn. */
const NOTHING = { top: 0, left: 0, height: 0, width: 0 };

/**
 * Follows how far an element is scrolled and how large it is.
 *
 * @param frames how many frames it may wait, so that not everything is drawn in one.
 */
export function useViewport<Element extends HTMLElement>(frames = 0): Viewport<Element> {
  const ref = useRef<Element | null>(null);
  const [seen, setSeen] = useState(NOTHING);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) {
      return undefined;
    }
    const update = (): void => {
      const {
        scrollTop: top,
        scrollLeft: left,
        clientHeight: height,
        clientWidth: width,
      } = element;
      setSeen((last) =>
        last.top === top && last.left === left && last.height === height && last.width === width
          ? last
          : { top, left, height, width },
      );
    };
    // The observer also reports the initial size, which saves a separate layout.
    const observer = new ResizeObserver(() => afterFrames(frames, update));
    observer.observe(element);
    element.addEventListener("scroll", update, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", update);
    };
  }, [frames]);
  return { ref, ...seen };
}

function afterFrames(frames: number, act: () => void): void {
  if (frames === 0) {
    act();
  } else {
    requestAnimationFrame(() => afterFrames(frames - 1, act));
  }
}
