/**
 * OpenAI run steps between their JSON and Protobuf.
 *
 * <p>A {@link io.github.stepwire.Transcoder} goes from JSON bytes to binary bytes and back, without
 * building an object, by the same WebAssembly kernel as in every other language: the bytes are the
 * same everywhere. The messages for Java are in the package {@code io.github.stepwire.v1}.
 */
package io.github.stepwire;
