package archive

import "io"

const (
	firstBuffer = 64 << 10
	// maxEmptyReads is how often a reader may return nothing.
	maxEmptyReads = 100
)

// input has the bytes that were read and are not used.
type input struct {
	source io.Reader
	buffer []byte
	// start is where the unused bytes start.
	start int
	// offset is the offset in the input of the first unused byte.
	offset int64
	// err is io.EOF at the end of the input.
	err error
}

// unused returns the bytes that were read and are not used.
func (input *input) unused() []byte {
	return input.buffer[input.start:]
}

// need reads until there are so many unused bytes, or the input ends.
func (input *input) need(size int) {
	for len(input.unused()) < size && input.err == nil {
		input.read()
	}
}

// read reads what has arrived. The buffer grows with what arrives, not with what is said to
// follow.
func (input *input) read() {
	if input.start > 0 && len(input.buffer) == cap(input.buffer) {
		rest := copy(input.buffer, input.unused())
		input.buffer, input.start = input.buffer[:rest], 0
	}
	if len(input.buffer) == cap(input.buffer) {
		grown := make([]byte, len(input.buffer), max(firstBuffer, 2*cap(input.buffer)))
		copy(grown, input.buffer)
		input.buffer = grown
	}
	for range maxEmptyReads {
		size, err := input.source.Read(input.buffer[len(input.buffer):cap(input.buffer)])
		input.buffer = input.buffer[:len(input.buffer)+size]
		input.err = err
		if size > 0 || err != nil {
			return
		}
	}
	input.err = io.ErrNoProgress
}

// drop skips unused bytes.
func (input *input) drop(size int) {
	input.start += size
	input.offset += int64(size)
}

// skip skips bytes, which may be more than those that were read.
func (input *input) skip(size int64) {
	for size > 0 {
		input.need(1)
		part := min(int64(len(input.unused())), size)
		if part == 0 {
			return
		}
		input.drop(int(part))
		size -= part
	}
}
