package stream

import (
	"errors"
	"fmt"
	"io"
)

const (
	inputBytes = 16 << 10
	// keptBytes is the size of the largest buffer that is kept after a large event.
	keptBytes = 64 << 10
)

// input is the decompressed stream, as far as it has arrived.
type input struct {
	source   io.Reader
	counter  *counter
	encoding Encoding
	options  options

	buffer          []byte
	position, limit int
	// read and taken are the sizes of the decompressed stream: what has arrived, and
	// what was used of it.
	read, taken int64
}

// newInput begins to read a stream. Nothing is read from the source yet.
func newInput(source io.Reader, options options) (*input, error) {
	counter := &counter{source: source}
	decompressed, err := decompress(counter, options.encoding)
	if err != nil {
		return nil, err
	}
	return &input{
		source:   decompressed,
		counter:  counter,
		encoding: options.encoding,
		options:  options,
		buffer:   make([]byte, inputBytes),
	}, nil
}

// fill waits until more bytes have arrived. It returns io.EOF at the end.
func (input *input) fill() error {
	switch {
	case input.position == input.limit:
		if len(input.buffer) > keptBytes {
			input.buffer = make([]byte, inputBytes)
		}
		input.position, input.limit = 0, 0
	case input.limit == len(input.buffer):
		rest := input.buffer[input.position:input.limit]
		if len(rest) > len(input.buffer)/2 {
			input.buffer = make([]byte, 2*len(input.buffer))
		}
		input.position, input.limit = 0, copy(input.buffer, rest)
	}
	for {
		count, err := input.source.Read(input.buffer[input.limit:])
		input.limit += count
		input.read += int64(count)
		if refused := input.checkExpansion(input.read); refused != nil {
			return refused
		}
		if count > 0 {
			return nil
		}
		if err != nil {
			return input.problem(err)
		}
	}
}

// problem says what an error of the source or the decompressor means.
func (input *input) problem(err error) error {
	switch {
	case input.counter.err != nil:
		return input.counter.err
	case err == io.EOF:
		return io.EOF
	case errors.Is(err, io.ErrUnexpectedEOF):
		// The compressed data is cut off. Whether the stream is, its end mark says.
		return io.EOF
	default:
		expected := fmt.Sprintf("%s data", input.encoding)
		return &refusal{MalformedCompression, expected, "malformed data", err}
	}
}

// checkExpansion refuses what is too large for the bytes that have arrived.
func (input *input) checkExpansion(size int64) *refusal {
	// As floating point, this cannot overflow.
	factor := float64(input.options.maxExpansion)
	most := float64(input.options.maxBlockBytes) + factor*float64(input.counter.count)
	if float64(size) <= most {
		return nil
	}
	expected := fmt.Sprintf("at most %.0f bytes from %d bytes of input", most, input.counter.count)
	return &refusal{ExpandsTooMuch, expected, fmt.Sprintf("%d bytes", size), nil}
}

// byte reads a byte.
func (input *input) byte() (byte, error) {
	if input.position == input.limit {
		if err := input.fill(); err != nil {
			return 0, err
		}
	}
	value := input.buffer[input.position]
	input.position++
	input.taken++
	return value, nil
}

// varint reads a varint.
func (input *input) varint() (uint64, error) {
	value := uint64(0)
	for index := range maxVarintBytes {
		each, err := input.byte()
		if err != nil {
			return 0, err
		}
		value |= uint64(each&0x7f) << (7 * index)
		if each < 0x80 {
			if value > maxVarint {
				break
			}
			return value, nil
		}
	}
	return 0, &refusal{Malformed, "a varint of up to 2^53 - 1", "a larger one", nil}
}

// take reads bytes. They are valid until the next call of any method. The buffer grows
// only as the bytes arrive.
func (input *input) take(size int) ([]byte, error) {
	for input.limit-input.position < size {
		if err := input.fill(); err != nil {
			return nil, err
		}
	}
	value := input.buffer[input.position : input.position+size]
	input.position += size
	input.taken += int64(size)
	return value, nil
}

// close frees the decompressor.
func (input *input) close() {
	if closer, ok := input.source.(io.Closer); ok {
		_ = closer.Close()
	}
}

// counter counts the bytes of the source, and keeps its error.
type counter struct {
	source io.Reader
	count  int64
	err    error
}

func (counter *counter) Read(buffer []byte) (int, error) {
	count, err := counter.source.Read(buffer)
	counter.count += int64(count)
	if err != nil && err != io.EOF {
		counter.err = err
	}
	return count, err
}
