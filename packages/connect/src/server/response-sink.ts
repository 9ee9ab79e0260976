/** The destination of an answer: a response of Node's servers, or the body of a Fetch `Response`. */
export interface ResponseSink {
  /**
   * Sets the status and the headers; repeated names are sent repeatedly. They are sent with the first
   * call of `write` or `end`. Until then, another call replaces the status and adds headers.
   *
   * @param headers names in lower case.
   * @throws {TypeError} if a name or a value is not valid in HTTP.
   * @throws {RangeError} if the status is not from 200 to 599 and this is a `Response`.
   */
  head(status: number, headers: Iterable<readonly [name: string, value: string]>): void;
  /**
   * Writes a part of the body. An empty part sends the head alone. The bytes must not change
   * afterwards. Does nothing once the sink is gone.
   *
   * @returns false if the reader has enough for now: wait for `writable`.
   */
  write(part: Uint8Array): boolean;
  /** Settles when the reader can take more, or when the sink is gone. Never rejects. */
  writable(): Promise<void>;
  /**
   * Ends the body. Without a preceding `write`, the length of the body is sent with the head.
   *
   * @param part the last part, if there is one.
   * @param finished called when the reader has got everything; never if it leaves before.
   */
  end(part?: Uint8Array, finished?: () => void): void;
  /** Whether the head has been sent. */
  readonly isStarted: boolean;
  /** Whether `end` was called and the reader has got everything. */
  readonly isFinished: boolean;
  /**
   * Whether nothing more can be sent: the reader has left, the sink was destroyed, or the whole
   * answer was sent.
   */
  readonly isGone: boolean;
  /** Calls a listener once, when `isGone` becomes true. Never calls it if that is so already. */
  onGone(listener: () => void): void;
  /** Cuts the connection, so that the reader sees that the answer is not complete. */
  destroy(): void;
}
