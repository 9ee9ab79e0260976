package archive

import (
	"encoding/binary"
	"io"
	"iter"
)

// Document is a document of an archive.
type Document struct {
	// Number is counted from 1.
	Number int64
	// Bytes is the binary message. It is valid until the next document.
	Bytes []byte
	// Type is the full name of the message type; empty if it is unknown, as for
	// size-delimited documents.
	Type string
}

// Block has several documents of an archive.
type Block struct {
	// Bytes has the documents, each after its size, for example for UnpackLines of a
	// transcoder. It is valid until the next block.
	Bytes []byte
	// First is the number of the first document, counted from 1.
	First int64
	// Documents is the number of documents.
	Documents int64
	// Type is the full name of the message type; empty if it is unknown, as for
	// size-delimited documents.
	Type string
	// Offset is the offset of the block in the archive, in bytes.
	Offset int64
}

// Read returns the documents of an archive, or of size-delimited messages, one by one. The
// first bytes tell which of both the input is. The last pair has an error if the archive is
// damaged, an [*Error], or if the source fails. All documents before it are complete.
func Read(source io.Reader, options ...ReadOption) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		for block, err := range ReadBlocks(source, options...) {
			if err != nil {
				yield(Document{}, err)
				return
			}
			number := block.First
			for rest := block.Bytes; len(rest) > 0; number++ {
				size, start := binary.Uvarint(rest)
				end := start + int(size)
				if !yield(Document{Number: number, Bytes: rest[start:end:end], Type: block.Type}, nil) {
					return
				}
				rest = rest[end:]
			}
		}
	}
}

// ReadBlocks is like [Read], but returns many documents at a time. A block has what has
// arrived of size-delimited documents; archives define their own blocks.
func ReadBlocks(source io.Reader, given ...ReadOption) iter.Seq2[Block, error] {
	return func(yield func(Block, error) bool) {
		options, err := resolve(given)
		if err != nil {
			yield(Block{}, err)
			return
		}
		input := &input{source: source}
		input.need(magicSize)
		if start := input.unused(); kindOf(start) != headerKind && (len(start) == 0 || !isMagicStart(start)) {
			yieldBlocks(&delimitedReader{input: input, maxBytes: options.maxBytes}, yield)
			return
		}
		reader := &reader{input: input, options: options}
		defer reader.close()
		yieldBlocks(reader, yield)
	}
}

func yieldBlocks(reader interface{ nextBlock() (Block, error) }, yield func(Block, error) bool) {
	for {
		block, err := reader.nextBlock()
		if container, isContainer := reader.(interface{ recovers(error) bool }); err != nil && isContainer {
			if container.recovers(err) {
				continue
			}
		}
		if err == io.EOF || !yield(block, err) || err != nil {
			return
		}
	}
}
