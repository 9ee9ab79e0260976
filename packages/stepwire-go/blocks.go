package stepwire

import (
	"bytes"
	"io"
	"iter"
)

const (
	// readSize is the first size of the buffer of a reader.
	readSize = 64 << 10
	// maxEmptyReads is how often a reader may return nothing.
	maxEmptyReads = 100
)

// blocks returns the converted documents of a reader in blocks, each as soon as it has
// arrived. A block is valid until the next one. A [*LineError] is about the document after
// the block of the same pair; if the iteration continues, that document is skipped.
func (transcoder *Transcoder) blocks(src io.Reader, isPacking bool) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		batch, err := transcoder.newBatch(isPacking)
		if err != nil {
			yield(nil, err)
			return
		}
		reader := &blockReader{batch: batch, src: src, buffer: make([]byte, 0, readSize)}
		defer func() { batch.release(reader.failure) }()
		for {
			output, err := reader.next()
			if err == io.EOF {
				return
			}
			if !yield(output, err) {
				return
			}
			refused, isRefused := err.(*LineError)
			if isRefused && refused.End >= 0 {
				reader.skipTo(refused.End)
			} else if err != nil {
				return
			}
		}
	}
}

// blockReader converts the documents of a reader.
type blockReader struct {
	batch  *batch
	src    io.Reader
	buffer []byte
	output []byte
	// searched is the size of the part of the buffer that has no line feed.
	searched int
	// err is the error of the reader.
	err error
	// failure is an error after which the instance is not used again.
	failure error
}

// next returns the next block of output, or io.EOF.
func (reader *blockReader) next() ([]byte, error) {
	for {
		isLast := reader.err == io.EOF
		if ready := reader.batch.ready(reader.buffer, reader.searched, isLast); ready > 0 {
			return reader.convert(ready, isLast)
		}
		if reader.err != nil {
			return nil, reader.err
		}
		reader.searched = len(reader.buffer)
		if reader.batch.isPacking && len(reader.buffer) > reader.batch.transcoder.options.maxBytes {
			return nil, reader.refuseLine()
		}
		reader.read()
	}
}

func (reader *blockReader) convert(size int, isLast bool) ([]byte, error) {
	output, consumed, err := reader.batch.convert(reader.output[:0], reader.buffer[:size], isLast)
	if _, isRefused := err.(*LineError); !isRefused {
		reader.failure = err
	}
	reader.output = output
	reader.drop(consumed)
	return output, err
}

// drop removes bytes at the start of the buffer.
func (reader *blockReader) drop(size int) {
	rest := copy(reader.buffer, reader.buffer[size:])
	reader.buffer = reader.buffer[:rest]
	reader.searched = 0
}

// read reads what has arrived into the buffer.
func (reader *blockReader) read() {
	if len(reader.buffer) == cap(reader.buffer) {
		grown := make([]byte, len(reader.buffer), 2*cap(reader.buffer))
		copy(grown, reader.buffer)
		reader.buffer = grown
	}
	size, err := readSome(reader.src, reader.buffer[len(reader.buffer):cap(reader.buffer)])
	reader.buffer = reader.buffer[:len(reader.buffer)+size]
	reader.err = err
}

// readSome reads what has arrived: at least a byte, unless there is an error.
func readSome(src io.Reader, room []byte) (int, error) {
	for range maxEmptyReads {
		if size, err := src.Read(room); size > 0 || err != nil {
			return size, err
		}
	}
	return 0, io.ErrNoProgress
}

// refuseLine finds the end of a line that is too large.
func (reader *blockReader) refuseLine() error {
	refused := &LineError{Index: reader.batch.index, Start: reader.batch.offset, Err: &Error{Code: TooLarge}}
	end := refused.Start
	for {
		feed := bytes.IndexByte(reader.buffer, '\n')
		size := feed + 1
		if feed < 0 {
			size = len(reader.buffer)
		}
		end += int64(size)
		reader.drop(size)
		if feed >= 0 || reader.err != nil {
			// What is skipped has been dropped already.
			reader.batch.offset = end
			refused.End = end
			return refused
		}
		reader.read()
	}
}

// skipTo continues after a refused document.
func (reader *blockReader) skipTo(end int64) {
	for rest := end - reader.batch.offset; rest > 0; {
		size := min(rest, int64(len(reader.buffer)))
		reader.drop(int(size))
		rest -= size
		if reader.err != nil {
			break
		}
		if rest > 0 {
			reader.read()
		}
	}
	reader.batch.skipTo(end)
}
