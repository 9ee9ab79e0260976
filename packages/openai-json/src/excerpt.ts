const LONGEST = 40;

/** A piece of text for an error: cut short, so that no payload gets into logs. */
export function excerpt(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST).toWellFormed()}…`;
}

/** A string for an error, in quotes and cut short. */
export function quote(text: string): string {
  return text.length <= LONGEST
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, LONGEST))} and ${text.length - LONGEST} characters more`;
}
