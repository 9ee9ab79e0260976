/** A run step as JSON text: the members of the smallest canonical one, some of them replaced. */
export function stepText(members: Readonly<Record<string, string | undefined>> = {}): string {
  return objectText({ ...smallestStep, ...members });
}

const smallestStep: Readonly<Record<string, string>> = {
  id: `"s"`,
  object: `"thread.run.step"`,
  created_at: "1",
  run_id: `"r"`,
  assistant_id: "null",
  thread_id: `"t"`,
  type: `"tool_calls"`,
  status: `"completed"`,
  cancelled_at: "null",
  completed_at: "null",
  expires_at: "null",
  failed_at: "null",
  last_error: "null",
  step_details: `{"type":"tool_calls","tool_calls":[]}`,
  usage: "null",
};

/** An object of members whose values are JSON text; those that are undefined are left out. */
export function objectText(members: Readonly<Record<string, string | undefined>>): string {
  const texts = Object.entries(members)
    .filter(([, text]) => text !== undefined)
    .map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  return `{${texts.join(",")}}`;
}

/** A text as the name of a case. */
export function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 40)}… of ${text.length}`;
}

/** Arrays within each other. */
export function nested(levels: number, inner = ""): string {
  return "[".repeat(levels) + inner + "]".repeat(levels);
}
