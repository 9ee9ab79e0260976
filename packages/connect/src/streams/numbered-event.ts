/** An event with its number in the stream. */
export interface NumberedEvent {
  readonly number: number;
  readonly event: Uint8Array;
}
