package io.github.stepwire.archive;

/**
 * A part of an archive that was skipped.
 *
 * @param reason what is wrong with it
 * @param start the offset in the input of the first skipped byte
 * @param end the offset of the next byte after them
 * @param first the number of the first lost document
 * @param last the number of the last one: {@code first - 1} if none is lost, and -1 if it is
 *     unknown, because no block of the same archive follows
 */
public record Damage(ArchiveException reason, long start, long end, long first, long last) {}
