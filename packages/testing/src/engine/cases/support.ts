/** The members of the smallest canonical Thing, as JSON text. */
export const thingMembers: Readonly<Record<string, string>> = {
  version: `"v1"`,
  id: `"t"`,
  object: `"thing"`,
  ended_at: "null",
  color: `"red"`,
  border: "null",
  part: `{"kind":"part"}`,
  spare_part: "null",
  flag: "true",
  score: "1.5",
  nullable_score: "null",
};

/** Returns an object with these members, whose values are JSON text. */
export function objectText(members: Readonly<Record<string, string>>): string {
  const texts = Object.entries(members).map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  return `{${texts.join(",")}}`;
}
