import {
  align,
  type CompareBounds,
  compareTexts,
  DEFAULT_BOUNDS,
  keyOfText,
  type Pair,
} from "./compare-values.js";
import type { RecordedEvent } from "./events.js";
import { type Finding, FindingList } from "./finding.js";

/** A difference between two streams. */
export type StreamDifference = Omit<Finding, "side">;

/**
 * Compares two streams event by event: which events were lost, added, doubled, moved or merged, and
 * what changed in the others. Equal events are aligned with each other, and those between them in
 * order.
 */
export function compareStreams(
  sent: readonly RecordedEvent[],
  received: readonly RecordedEvent[],
  bounds: CompareBounds = DEFAULT_BOUNDS,
): StreamDifference[] {
  return new StreamComparer(sent, received, bounds).compare();
}

class StreamComparer {
  readonly #sent: readonly RecordedEvent[];
  readonly #received: readonly RecordedEvent[];
  readonly #bounds: CompareBounds;
  readonly #sentKeys: readonly string[];
  readonly #receivedKeys: readonly string[];
  readonly #sentSet: ReadonlySet<string>;
  readonly #list: FindingList<StreamDifference>;

  constructor(
    sent: readonly RecordedEvent[],
    received: readonly RecordedEvent[],
    bounds: CompareBounds,
  ) {
    this.#sent = sent;
    this.#received = received;
    this.#bounds = bounds;
    this.#list = new FindingList(bounds.maxFindings);
    const keyOf = ({ name, id, data }: RecordedEvent): string =>
      JSON.stringify([name, id, data && keyOfText(data, bounds.maxDepth)]);
    this.#sentKeys = sent.map(keyOf);
    this.#receivedKeys = received.map(keyOf);
    this.#sentSet = new Set(this.#sentKeys);
  }

  compare(): StreamDifference[] {
    const pairs = align(this.#sentKeys, this.#receivedKeys);
    let lost: number[] = [];
    let added: number[] = [];
    const gaps: { readonly lost: number[]; readonly added: number[] }[] = [];
    const endGap = (): void => {
      if (lost.length > 0 || added.length > 0) {
        gaps.push({ lost, added });
      }
      [lost, added] = [[], []];
    };
    for (const [index, otherIndex] of pairs) {
      if (this.#isEqual([index, otherIndex])) {
        endGap();
        continue;
      }
      if (index !== undefined) {
        lost.push(index);
      }
      if (otherIndex !== undefined) {
        added.push(otherIndex);
      }
    }
    endGap();
    const moved = this.#findMoved(gaps);
    for (const gap of gaps) {
      this.#compareGap(
        gap.lost.filter((index) => !moved.lost.has(index)),
        gap.added.filter((index) => !moved.added.has(index)),
      );
    }
    return this.#list.found.sort((left, right) => (left.event ?? 0) - (right.event ?? 0));
  }

  #isEqual([index, otherIndex]: Pair): boolean {
    return (
      index !== undefined &&
      otherIndex !== undefined &&
      this.#sentKeys[index] === this.#receivedKeys[otherIndex]
    );
  }

  /** Finds events that were received at another place, and reports them. */
  #findMoved(gaps: readonly { readonly lost: number[]; readonly added: number[] }[]): {
    readonly lost: Set<number>;
    readonly added: Set<number>;
  } {
    const lost = new Set<number>();
    const added = new Set<number>();
    const places = new Map<string, number[]>();
    for (const index of gaps.flatMap((gap) => gap.added)) {
      const key = this.#receivedKeys[index] ?? "";
      const same = places.get(key);
      if (same === undefined) {
        places.set(key, [index]);
      } else {
        same.push(index);
      }
    }
    const moved: StreamDifference[] = [];
    // From the end, because the last place of equal events is taken first.
    for (const index of gaps.flatMap((gap) => gap.lost).reverse()) {
      const place = places.get(this.#sentKeys[index] ?? "")?.pop();
      if (place !== undefined) {
        lost.add(index);
        added.add(place);
        const what = place < index ? "received earlier" : "received later";
        moved.push({ kind: "reordered", event: index, pointer: "", what });
      }
    }
    this.#list.add(...moved.reverse());
    return { lost, added };
  }

  /** Compares what lies between two events that are equal in both streams. */
  #compareGap(lost: readonly number[], added: readonly number[]): void {
    let next = 0;
    for (const [position, otherIndex] of added.entries()) {
      const event = this.#received[otherIndex];
      if (event === undefined) {
        continue;
      }
      const surplus = lost.length - next - (added.length - position - 1);
      const merged = surplus > 1 ? this.#countMerged(lost, next, event) : 0;
      const index = lost[next];
      if (merged > 1 && index !== undefined) {
        const what = `${merged} events became one`;
        this.#list.add({ kind: "merged", event: index, pointer: "", what });
        next += merged;
      } else if (index !== undefined && !this.#isDouble(otherIndex)) {
        this.#compareEvents(index, event);
        next++;
      } else {
        const isDouble = this.#isDouble(otherIndex);
        this.#list.add({
          kind: isDouble ? "doubled" : "added",
          event: otherIndex,
          pointer: "",
          what: nameEvent(event),
        });
      }
    }
    for (const index of lost.slice(next)) {
      const event = this.#sent[index];
      const what = event === undefined ? "an event" : nameEvent(event);
      this.#list.add({ kind: "lost", event: index, pointer: "", what });
    }
  }

  #isDouble(otherIndex: number): boolean {
    return this.#sentSet.has(this.#receivedKeys[otherIndex] ?? "");
  }

  #compareEvents(index: number, received: RecordedEvent): void {
    const sent = this.#sent[index];
    if (sent === undefined) {
      return;
    }
    this.#compareLine(index, "/event", sent.name, received.name);
    this.#compareLine(index, "/id", sent.id ?? "", received.id ?? "");
    if (sent.data === undefined || received.data === undefined) {
      if (sent.data !== received.data) {
        const kind = received.data === undefined ? "lost" : "added";
        this.#list.add({ kind, event: index, pointer: "/data", what: "the payload" });
      }
      return;
    }
    for (const difference of compareTexts(sent.data, received.data, this.#bounds)) {
      this.#list.add({ ...difference, event: index, pointer: `/data${difference.pointer}` });
    }
  }

  #compareLine(event: number, pointer: string, sent: string, received: string): void {
    if (sent !== received) {
      const kind = received === "" ? "lost" : sent === "" ? "added" : "changed";
      this.#list.add({
        kind,
        event,
        pointer,
        what: `the line ${pointer.slice(1)}:`,
        sent: JSON.stringify(sent),
        received: JSON.stringify(received),
      });
    }
  }

  /**
   * Returns how many events, from the first, an event consists of: those whose texts, one after the
   * other, are its text, if it differs from them at one place only; else 0.
   */
  #countMerged(lost: readonly number[], first: number, { data }: RecordedEvent): number {
    let joined = "";
    let place: string | undefined;
    for (let next = first; next < lost.length; next++) {
      const sent = this.#sent[lost[next] ?? -1]?.data;
      if (sent === undefined || data === undefined) {
        return 0;
      }
      const [difference, ...others] = compareTexts(sent, data, this.#bounds);
      const text = difference && stringAt(sent, difference.pointer);
      if (text === undefined || others.length > 0 || difference?.kind !== "changed") {
        return 0;
      }
      place ??= difference.pointer;
      joined += text;
      const whole = stringAt(data, place);
      if (place !== difference.pointer || whole === undefined || !whole.startsWith(joined)) {
        return 0;
      }
      if (whole === joined) {
        return next - first + 1;
      }
    }
    return 0;
  }
}

function nameEvent({ name, data }: RecordedEvent): string {
  if (data === "[DONE]") {
    return "the end, [DONE]";
  }
  return name === "" ? "an event" : "an event with a name";
}

/** Returns the string at a pointer of a JSON text. */
function stringAt(text: string, pointer: string): string | undefined {
  let value: unknown = JSON.parse(text);
  for (const key of pointer.split("/").slice(1)) {
    const name = key.replaceAll("~1", "/").replaceAll("~0", "~");
    value =
      typeof value === "object" && value !== null
        ? Object.getOwnPropertyDescriptor(value, name)?.value
        : undefined;
  }
  return typeof value === "string" ? value : undefined;
}
