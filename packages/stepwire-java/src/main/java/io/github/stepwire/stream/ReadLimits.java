package io.github.stepwire.stream;

/** The limits of a reader; {@link StreamReader.Builder} describes them. */
record ReadLimits(int maxEventBytes, int maxStateBytes, int maxBlockBytes, long maxExpansion) {}
