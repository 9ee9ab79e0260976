import type { Transport } from "@connectrpc/connect";
import { BlockWire, type BlockWireOptions } from "./block-wire.js";
import { ConnectWire } from "./connect-wire.js";
import { FallbackWire } from "./fallback-wire.js";
import type { StreamTransport } from "./stream-wire.js";

/** Largest message that is read by default, in bytes. */
export const DEFAULT_MAX_MESSAGE_BYTES: number = 64 * 1024 * 1024;

/** Returns a transport whose streams `ServiceClient` reads in the stream format. */
export function withStreams(
  transport: Transport,
  options: BlockWireOptions,
  onFallback: ((error: Error) => void) | undefined,
): StreamTransport {
  const streams = new BlockWire(options);
  return {
    unary: (...call) => transport.unary(...call),
    stream: (...call) => transport.stream(...call),
    streams:
      onFallback === undefined
        ? streams
        : new FallbackWire(streams, new ConnectWire(transport), onFallback),
  };
}
