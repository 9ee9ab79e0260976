package io.github.stepwire;

/** The kernel could not convert an input, whatever it is: mostly, it takes too much memory. */
public final class KernelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  KernelException(String message) {
    super(message);
  }

  KernelException(String message, Throwable cause) {
    super(message, cause);
  }
}
