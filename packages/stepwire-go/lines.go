package stepwire

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
)

// LineError says why a document of a batch was refused.
type LineError struct {
	// Index is the number of lines or messages before it, including empty lines.
	Index int64
	// Start and End are the offsets of the line or message in the input, in bytes. End is
	// -1 if the size of a message is not a number: where the next one starts is unknown, so
	// nothing after it is read.
	Start, End int64
	// Err is the reason. Its offset is that in the line, or in the message after its size.
	Err *Error
}

// Error returns the place in the batch, and the reason.
func (err *LineError) Error() string {
	return fmt.Sprintf("%v; in document %d, at byte %d of the input", err.Err, err.Index+1, err.Start)
}

// Unwrap returns the reason.
func (err *LineError) Unwrap() error {
	return err.Err
}

type batchOptions struct {
	skipped func(*LineError)
}

// BatchOption changes how a batch is converted.
type BatchOption func(*batchOptions)

// WithSkipped leaves out refused documents, and calls a function for each of them. By
// default, the first refused document ends the conversion.
func WithSkipped(skipped func(*LineError)) BatchOption {
	return func(options *batchOptions) { options.skipped = skipped }
}

// PackLines converts lines of JSON (JSONL) to binary messages, each after its size. This
// is the format of the package [google.golang.org/protobuf/encoding/protodelim], and of
// plain archives. Empty lines are skipped. The error is a [*LineError] if a document was
// refused; the messages of the documents before it are returned too.
//
// A call converts megabytes at once, so it is faster than one call for each document.
func (transcoder *Transcoder) PackLines(lines []byte, options ...BatchOption) ([]byte, error) {
	return transcoder.AppendPackedLines(make([]byte, 0, len(lines)/2), lines, options...)
}

// UnpackLines converts binary messages, each after its size, to lines of JSON. The error
// is a [*LineError] if a message was refused; the lines of the messages before it are
// returned too.
func (transcoder *Transcoder) UnpackLines(messages []byte, options ...BatchOption) ([]byte, error) {
	return transcoder.AppendUnpackedLines(make([]byte, 0, len(messages)*2), messages, options...)
}

// AppendPackedLines is like [Transcoder.PackLines], but appends to dst and returns the
// extended buffer.
func (transcoder *Transcoder) AppendPackedLines(dst, lines []byte, options ...BatchOption) ([]byte, error) {
	return transcoder.appendBatch(dst, lines, true, options)
}

// AppendUnpackedLines is like [Transcoder.UnpackLines], but appends to dst and returns the
// extended buffer.
func (transcoder *Transcoder) AppendUnpackedLines(
	dst, messages []byte, options ...BatchOption,
) ([]byte, error) {
	return transcoder.appendBatch(dst, messages, false, options)
}

// PackLinesTo is like [Transcoder.PackLines], from a reader to a writer. It writes what
// has arrived, and does not wait for more. Memory is limited by the size of a document.
func (transcoder *Transcoder) PackLinesTo(dst io.Writer, lines io.Reader, options ...BatchOption) error {
	return transcoder.convertTo(dst, lines, true, options)
}

// UnpackLinesTo is like [Transcoder.UnpackLines], from a reader to a writer. It writes
// what has arrived, and does not wait for more. Memory is limited by the size of a document.
func (transcoder *Transcoder) UnpackLinesTo(dst io.Writer, messages io.Reader, options ...BatchOption) error {
	return transcoder.convertTo(dst, messages, false, options)
}

// PackedLines returns the binary messages of lines of JSON. A message is valid until the
// next one. An error that is a [*LineError] is about one document: to skip it, go on.
// Other errors, such as those of the reader, end the sequence.
func (transcoder *Transcoder) PackedLines(lines io.Reader) iter.Seq2[[]byte, error] {
	return transcoder.documents(lines, true)
}

// UnpackedLines returns the JSON of binary messages, each of which comes after its size. A
// text is valid until the next one. Errors are as for [Transcoder.PackedLines].
func (transcoder *Transcoder) UnpackedLines(messages io.Reader) iter.Seq2[[]byte, error] {
	return transcoder.documents(messages, false)
}

func (transcoder *Transcoder) appendBatch(
	dst, input []byte, isPacking bool, given []BatchOption,
) ([]byte, error) {
	options := resolveBatch(given)
	batch, err := transcoder.newBatch(isPacking)
	if err != nil {
		return dst, err
	}
	defer func() { batch.release(err) }()
	for at := 0; at < len(input); {
		step := batch.block(input[at:])
		var consumed int
		dst, consumed, err = batch.convert(dst, input[at:at+step], at+step == len(input))
		at += consumed
		refused, isRefused := err.(*LineError)
		if !isRefused && err != nil || isRefused && options.skipped == nil {
			return dst, err
		}
		if isRefused {
			options.skipped(refused)
			err = nil
			if refused.End < 0 {
				return dst, refused
			}
			at += int(min(refused.End-batch.offset, int64(len(input)-at)))
			batch.skipTo(refused.End)
		}
	}
	return dst, nil
}

func (transcoder *Transcoder) convertTo(
	dst io.Writer, src io.Reader, isPacking bool, given []BatchOption,
) error {
	options := resolveBatch(given)
	for output, err := range transcoder.blocks(src, isPacking) {
		if len(output) > 0 {
			if _, err := dst.Write(output); err != nil {
				return err
			}
		}
		if err == nil {
			continue
		}
		refused, isRefused := err.(*LineError)
		if !isRefused || options.skipped == nil {
			return err
		}
		options.skipped(refused)
		if refused.End < 0 {
			return refused
		}
	}
	return nil
}

// documents returns the documents of converted blocks one by one.
func (transcoder *Transcoder) documents(src io.Reader, isPacking bool) iter.Seq2[[]byte, error] {
	split := splitLines
	if isPacking {
		split = splitMessages
	}
	return func(yield func([]byte, error) bool) {
		for output, err := range transcoder.blocks(src, isPacking) {
			for len(output) > 0 {
				var document []byte
				document, output = split(output)
				if !yield(document, nil) {
					return
				}
			}
			if err != nil && !yield(nil, err) {
				return
			}
		}
	}
}

// splitMessages returns the first message of a block, and the rest of the block.
func splitMessages(block []byte) (message, rest []byte) {
	size, start := binary.Uvarint(block)
	end := start + int(size)
	return block[start:end:end], block[end:]
}

// splitLines returns the first line of a block, and the rest of the block.
func splitLines(block []byte) (line, rest []byte) {
	end := bytes.IndexByte(block, '\n')
	return block[:end:end], block[end+1:]
}

func resolveBatch(given []BatchOption) batchOptions {
	var options batchOptions
	for _, option := range given {
		option(&options)
	}
	return options
}
