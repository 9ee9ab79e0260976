/**
 * Streams of events between services: event messages in binary, without what they have in common
 * with the events before them. docs/stream-format.md of the project defines the format.
 *
 * <p>A {@link io.github.stepwire.stream.StreamWriter} writes to an output stream, and a {@link
 * io.github.stepwire.stream.StreamReader} is a loop over the events of an input stream.
 */
package io.github.stepwire.stream;
