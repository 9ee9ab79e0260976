/**
 * Archives: files with many binary messages, as the command {@code stepwire pack} writes them. The
 * project's docs/archive-format.md describes the format. Size-delimited messages, as Protobuf's own
 * libraries write them, are read too.
 */
package io.github.stepwire.archive;
