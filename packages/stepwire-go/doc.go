// Package stepwire converts JSON of the OpenAI API (Assistants, Chat Completions and
// Responses) to Protobuf messages and back.
//
//   - A [Transcoder] converts documents, one by one or as lines, between JSON bytes and binary
//     bytes, without building an object.
//   - [DecodeEvents] and [EventEncoder] convert streams of server-sent events.
//   - An [Accumulator] adds up the deltas of a stream to complete objects.
//
// WebAssembly does the conversion. It is the same in all languages, so the bytes are the same
// everywhere. The messages for Go are in github.com/stepwire/stepwire-go/gen/stepwire/v1 and
// the packages beside it.
//
// A message keeps what the schema does not have, so that JSON → binary → JSON preserves every
// value. A [Mode] says what is refused instead. The packages stream and archive read and write
// streams and files of messages.
package stepwire
