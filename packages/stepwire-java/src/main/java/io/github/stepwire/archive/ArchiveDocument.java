package io.github.stepwire.archive;

/**
 * A document of an archive.
 *
 * @param number counted from 1
 * @param bytes the binary message
 * @param type the full name of the message type; empty if it is unknown, as for size-delimited
 *     messages
 */
public record ArchiveDocument(long number, byte[] bytes, String type) {}
