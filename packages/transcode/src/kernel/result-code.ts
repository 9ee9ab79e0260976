import type { ResultCode } from "@stepwire/mapping/internal";

/**
 * The result of a conversion for which a WebAssembly memory has no room.
 *
 * Its type guarantees the number. Importing the value would load protobuf-es, which takes longer
 * than to start a thread that only converts.
 */
export const OUT_OF_MEMORY: typeof ResultCode.OUT_OF_MEMORY = 17;
