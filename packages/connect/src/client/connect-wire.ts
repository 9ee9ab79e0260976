import { fromBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { fieldsOf, type StreamMapping } from "@stepwire/mapping";
import { groupHeader } from "../headers.js";
import { mapEvents } from "../streams/map-events.js";
import { toPolled } from "../streams/polled.js";
import { type PayloadResponse, streamPayloadMethod } from "./payload-method.js";
import type { OpenedWire, StreamRequest, StreamWire, WireCall, WireEvent } from "./stream-wire.js";

/**
 * Opens streams over Connect, gRPC or gRPC-web. A message has all events that came together, or one
 * if the service is older.
 */
export class ConnectWire implements StreamWire {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async open(
    method: StreamMapping,
    request: StreamRequest,
    { signal, timeoutMs, headers }: WireCall,
  ): Promise<OpenedWire> {
    const answer = await this.#transport.stream(
      streamPayloadMethod(method),
      signal,
      timeoutMs,
      [...headers, ...(method.following === undefined ? [] : [groupHeader])].map(
        ([name, value]): [string, string] => [name, value],
      ),
      once(request),
    );
    const responses = answer.message[Symbol.asyncIterator]();
    const cancel = (): void => {
      responses.return?.()?.catch(() => {});
    };
    const first = await responses.next();
    const opening = first.done === true ? undefined : first.value.opening;
    if (opening === undefined) {
      cancel();
      throw new ConnectError("the stream does not begin with its opening", Code.Internal);
    }
    return {
      header: answer.header,
      // The mapping guarantees that the message has a field of this type.
      streamId: fieldsOf(fromBinary(method.opening.message, opening))["streamId"] as string,
      ...toPolled(mapEvents({ [Symbol.asyncIterator]: () => responses }, { map: eventsOf })),
      cancel,
    };
  }
}

function eventsOf({ number = 0, payload, following = [] }: PayloadResponse): WireEvent[] {
  return number > 0 || payload !== undefined
    ? [payload, ...following].map((event, index) => ({ number: number + index, event }))
    : [];
}

async function* once(request: StreamRequest): AsyncGenerator<StreamRequest, void> {
  yield await Promise.resolve(request);
}
