package io.github.stepwire.archive;

/** An archive is damaged. All documents before the damage have been returned. */
public final class ArchiveException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ArchiveErrorCode code;
  private final long offset;
  private final long document;

  ArchiveException(ArchiveErrorCode code, long offset, long document, String message) {
    super(code + " in the archive (offset " + offset + ", document " + document + "): " + message);
    this.code = code;
    this.offset = offset;
    this.document = document;
  }

  /** Returns what is wrong. */
  public ArchiveErrorCode code() {
    return code;
  }

  /** Returns the offset in the input of the damaged part or document, in bytes. */
  public long offset() {
    return offset;
  }

  /** Returns the number of the next document, counted from 1. */
  public long document() {
    return document;
  }
}
