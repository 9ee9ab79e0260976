/** A placeholder for the time at which an event was sent. */
const MARK = "sent:";
const CODE = "for loaf in ovens[3].loaves: weigh(loaf) # ";

/** A delta of a code interpreter's input, as the API sends most of its events. */
export function deltaEvent(number: number): string {
  const input = `${CODE}${MARK}${process.hrtime.bigint()}:`;
  const call = { index: number % 2, type: "code_interpreter", code_interpreter: { input } };
  const delta = { step_details: { type: "tool_calls", tool_calls: [call] } };
  const data = { id: "step_bench_0123456789abcdef", object: "thread.run.step.delta", delta };
  return `event: thread.run.step.delta\ndata: ${JSON.stringify(data)}\n\n`;
}

/** How long ago the events in a text were sent, in milliseconds. */
export function* agesIn(text: string): Generator<number> {
  const now = process.hrtime.bigint();
  for (const [, sent] of text.matchAll(/sent:(\d+):/g)) {
    yield Number(now - BigInt(sent ?? "0")) / 1e6;
  }
}
