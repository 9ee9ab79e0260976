const LONGEST = 40;

/** Returns text for an error message: cut short, so that no payload gets into logs. */
export function excerpt(text: string, longest: number = LONGEST): string {
  return text.length <= longest ? text : `${text.slice(0, longest).toWellFormed()}…`;
}

/** Returns a string for an error message, in quotes and cut short. */
export function quote(text: string): string {
  return text.length <= LONGEST
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, LONGEST))} and ${text.length - LONGEST} characters more`;
}
