package io.github.stepwire.archive;

/**
 * Several documents of an archive.
 *
 * @param bytes the documents, each after its size, as {@code Transcoder.unpackLines} reads them
 * @param first the number of the first document, counted from 1
 * @param documents how many documents there are
 * @param type the full name of the message type; empty if it is unknown
 * @param offset the offset of the block in the archive, in bytes
 */
public record ArchiveBlock(byte[] bytes, long first, long documents, String type, long offset) {}
