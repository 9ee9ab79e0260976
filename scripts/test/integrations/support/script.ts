/** The body of a request to the API, as far as the scripts look at it. */
export type RequestBody = Readonly<Record<string, unknown>>;

/** A server-sent event: its data, and its name if it has one. */
export interface ScriptedEvent {
  readonly name?: string;
  readonly data: unknown;
}
