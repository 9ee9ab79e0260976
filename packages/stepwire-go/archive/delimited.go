package archive

import (
	"encoding/binary"
	"fmt"
	"io"
)

// whole has the complete documents at the start of a buffer.
type whole struct {
	documents int64
	size      int
	// code and message say why the bytes after them are no document; the code may be empty.
	code    Code
	message string
}

// findWhole counts the complete documents at the start of a buffer.
func findWhole(data []byte, maxBytes int, isLast bool) whole {
	var found whole
	for found.size < len(data) {
		rest := data[found.size:]
		size, prefix := binary.Uvarint(rest)
		switch {
		case prefix < 0:
			found.code = Malformed
			found.message = fmt.Sprintf("a size of more than %d bytes or 64 bits", binary.MaxVarintLen64)
			return found
		case prefix > 0 && size > uint64(maxBytes):
			found.code, found.message = TooLarge, fmt.Sprintf("a document of more than %d bytes", maxBytes)
			return found
		case prefix == 0 || size > uint64(len(rest)-prefix):
			if isLast {
				found.code, found.message = CutOff, "the archive ends within a document"
			}
			return found
		}
		found.size += prefix + int(size)
		found.documents++
	}
	return found
}

// delimitedReader reads size-delimited documents.
type delimitedReader struct {
	input     *input
	maxBytes  int
	documents int64
}

// nextBlock returns the documents that have arrived, or io.EOF.
func (reader *delimitedReader) nextBlock() (Block, error) {
	for {
		isLast := reader.input.err == io.EOF
		data := reader.input.unused()
		found := findWhole(data, reader.maxBytes, isLast)
		if found.size > 0 {
			block := Block{
				Bytes: data[:found.size], First: reader.documents + 1, Documents: found.documents,
				Offset: reader.input.offset,
			}
			reader.documents += found.documents
			reader.input.drop(found.size)
			return block, nil
		}
		if found.code != "" {
			return Block{}, &Error{
				Code: found.code, Offset: reader.input.offset, Document: reader.documents + 1, Message: found.message,
			}
		}
		if reader.input.err != nil {
			return Block{}, reader.input.err
		}
		reader.input.read()
	}
}
