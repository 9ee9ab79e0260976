import type { Page } from "playwright-core";

/** The longest task of a page's main thread, in milliseconds. */
export interface LongestTask {
  /** Processor time: how long it blocks the page on a machine without other work. */
  readonly processor: number;
  /** How long it took here and now. */
  readonly clock: number;
}

interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Watches the main thread from outside, by Chromium's own trace, while something is done. */
export async function longestTaskOf(
  page: Page,
  action: () => Promise<unknown>,
): Promise<LongestTask> {
  const browser = page.context().browser();
  if (browser === null) {
    throw new Error("the page belongs to no browser");
  }
  await browser.startTracing(page, { categories: ["-*", "toplevel"] });
  let trace: Buffer;
  try {
    await action();
  } finally {
    trace = await browser.stopTracing();
  }
  // Chromium writes it so.
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;
  const mainThreads = new Set(
    traceEvents
      .filter(({ ph, name, args }) => {
        return ph === "M" && name === "thread_name" && args?.name === "CrRendererMain";
      })
      .map(threadOf),
  );
  const tasks = traceEvents.filter((event) => {
    return event.name === "ThreadControllerImpl::RunTask" && mainThreads.has(threadOf(event));
  });
  if (tasks.length === 0) {
    throw new Error("the trace has no task of a main thread");
  }
  const longest = (time: "dur" | "tdur"): number =>
    Math.round(tasks.reduce((most, task) => Math.max(most, task[time] ?? 0), 0) / 1000);
  return { processor: longest("tdur"), clock: longest("dur") };
}
