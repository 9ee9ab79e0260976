import type {
  GetRunStepRequest,
  ListRunStepsRequest,
  RunStep,
  RunStepList,
  StreamEvent,
  StreamRunEventsRequest,
} from "@stepwire/core";
import type { Encoded } from "./encoded.js";
import type { Header } from "./headers.js";

/** What a source is told about the call that it answers. */
export interface SourceCall {
  /** Aborted when nobody waits for the answer any more, or its deadline has passed. */
  readonly signal: AbortSignal;
  /** Headers that pass to the server, with whatever the caller proves itself with. */
  readonly headers: readonly Header[];
}

/** An answer with the headers that pass back. */
export interface SourceAnswer<Content> {
  readonly content: Content;
  readonly headers?: readonly Header[];
}

/** How a stream begins. */
export type RunEventsStart = Exclude<
  StreamRunEventsRequest["start"],
  { case: "resume" } | { case: undefined }
>;

/** A stream that the server has accepted. */
export interface OpenedRunEvents {
  /**
   * What the source itself can resume the stream by, also after a restart. Without it,
   * a stream can be resumed for as long as the server is there.
   */
  readonly streamId?: string;
  readonly headers?: readonly Header[];
  /** Taken from only as fast as the reader reads. */
  readonly events: AsyncIterable<Encoded<StreamEvent>>;
}

/**
 * Where the run steps come from. A source throws `OpenAIHttpError` for what a client
 * of the API is to see.
 */
export interface RunStepSource {
  getRunStep(request: GetRunStepRequest, call: SourceCall): Promise<SourceAnswer<Encoded<RunStep>>>;
  listRunSteps(
    request: ListRunStepsRequest,
    call: SourceCall,
  ): Promise<SourceAnswer<Encoded<RunStepList>>>;
  /** Settles when the server has accepted the request, with the events to come. */
  openRunEvents(start: RunEventsStart, call: SourceCall): Promise<OpenedRunEvents>;
  /**
   * Opens a stream again, its events after one that arrived; for sources that gave it
   * a `streamId`. Undefined if there is no such stream.
   */
  reopenRunEvents?(
    streamId: string,
    after: number,
    call: SourceCall,
  ): Promise<OpenedRunEvents | undefined>;
}
