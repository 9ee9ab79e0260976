// Package archive reads and writes archives: files with many binary messages of one type.
// An archive has checksums, an index and optional compression, and can be read again after
// a damaged part. docs/archive-format.md in the project's repository defines the format.
// The package also reads size-delimited messages, the format of
// [google.golang.org/protobuf/encoding/protodelim].
//
// [Read] returns the documents of an archive one by one, and [ReadBlocks] many at a time.
// [Writer] writes archives. The package does not need the kernel.
package archive
