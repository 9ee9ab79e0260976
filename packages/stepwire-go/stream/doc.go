// Package stream reads and writes streams of event messages between services. The
// format leaves out what an event has in common with the events before it, and a
// reader restores each message byte by byte. docs/stream-format.md in the project's
// repository defines it.
//
// [Open] calls a streaming rpc over HTTP and returns the events of its stream as messages.
// [Read] returns the events of any stream one by one, [Writer] writes them in blocks.
package stream
