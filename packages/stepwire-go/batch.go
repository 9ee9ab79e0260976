package stepwire

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/tetratelabs/wazero/api"

	"github.com/stepwire/stepwire-go/internal/host"
)

// blockSize is how much of a large input is converted at once.
const blockSize = 1 << 20

// The words of the kernel's result for lines.
const (
	resultConsumed = 4
	resultBehind   = 5
	resultLines    = 6
)

// batch converts the documents of one input with one instance.
type batch struct {
	transcoder *Transcoder
	instance   *kernel
	function   api.Function
	isPacking  bool
	refused    uint32
	// index and offset are those of the next document in the input.
	index, offset int64
}

func (transcoder *Transcoder) newBatch(isPacking bool) (*batch, error) {
	instance, err := transcoder.pool.acquire()
	if err != nil {
		return nil, err
	}
	options := &transcoder.options
	if isPacking {
		return &batch{transcoder, instance, instance.packLines, true, modes[options.mode].refused, 0, 0}, nil
	}
	return &batch{transcoder, instance, instance.unpackLines, false, options.refusedBinary(), 0, 0}, nil
}

// release puts the instance back.
func (batch *batch) release(err error) {
	batch.transcoder.release(batch.instance, err)
}

// convert converts a block of documents. If it is not the last one, a document at its end
// that is incomplete is left. It appends the output, and returns how many bytes it has
// read. A [*LineError] is about the document after these bytes.
func (batch *batch) convert(dst, block []byte, isLast bool) ([]byte, int, error) {
	if err := batch.instance.Put(block); err != nil {
		return dst, 0, err
	}
	last := uint64(0)
	if isLast {
		last = 1
	}
	options := &batch.transcoder.options
	size, err := batch.instance.Call(batch.function, uint64(len(block)), uint64(options.maxDepth),
		uint64(batch.refused), uint64(options.maxBytes), last)
	if err != nil {
		return dst, 0, err
	}
	words := batch.instance.Words()
	if int32(size) < 0 {
		return dst, 0, ErrMemory
	}
	output, err := batch.instance.Read(words[host.ResultOutput], size)
	if err != nil {
		return dst, 0, err
	}
	dst = append(dst, output...)
	consumed := int(words[resultConsumed])
	batch.index += int64(words[resultLines])
	batch.offset += int64(consumed)
	if words[host.ResultCode] == 0 {
		return dst, consumed, nil
	}
	dst, one, err := batch.convertOne(dst, block[consumed:], int(words[resultBehind])-consumed)
	return dst, consumed + one, err
}

// convertOne converts the document at the start of rest, which the kernel has refused, on its
// own. This finds out the reason. size is that of a line. It returns the size of the document
// if it is not refused again.
func (batch *batch) convertOne(dst, rest []byte, size int) ([]byte, int, error) {
	document, end, refusal := batch.locate(rest, size)
	if refusal != nil {
		return dst, 0, &LineError{batch.index, batch.offset, end, refusal}
	}
	function := batch.instance.toJSON
	if batch.isPacking {
		function = batch.instance.toBinary
	}
	output, err := batch.instance.convert(function, document, batch.transcoder.options.maxDepth, batch.refused)
	if refusal, isRefusal := err.(*Error); isRefusal {
		return dst, 0, &LineError{batch.index, batch.offset, end, refusal}
	}
	if err != nil {
		return dst, 0, err
	}
	if batch.isPacking {
		dst = append(binary.AppendUvarint(dst, uint64(len(output))), output...)
	} else {
		dst = append(append(dst, output...), '\n')
	}
	read := int(end - batch.offset)
	batch.skipTo(end)
	return dst, read, nil
}

// locate returns the document at the start of rest, and the offset of its end in the input.
func (batch *batch) locate(rest []byte, size int) ([]byte, int64, *Error) {
	maxBytes := uint64(batch.transcoder.options.maxBytes)
	if batch.isPacking {
		end := batch.offset + int64(size)
		line := bytes.TrimSuffix(rest[:size], []byte{'\n'})
		if uint64(len(line)) > maxBytes {
			return nil, end, &Error{Code: TooLarge}
		}
		return line, end, nil
	}
	length, prefix := binary.Uvarint(rest)
	if prefix <= 0 || length > math.MaxInt32 {
		return nil, -1, &Error{Code: MalformedBinary}
	}
	end := batch.offset + int64(prefix) + int64(length)
	if length > maxBytes {
		return nil, end, &Error{Code: TooLarge}
	}
	if length > uint64(len(rest)-prefix) {
		return nil, end, &Error{Code: MalformedBinary}
	}
	return rest[prefix : prefix+int(length)], end, nil
}

// skipTo continues after a document, at an offset in the input.
func (batch *batch) skipTo(end int64) {
	batch.index++
	batch.offset = end
}

// ready returns how many bytes at the start of an input can be converted at once; 0 if the
// input must be longer to have a document. It does not search for the end of a line in the
// first bytes.
func (batch *batch) ready(input []byte, searched int, isLast bool) int {
	if batch.isPacking {
		if isLast {
			return len(input)
		}
		if end := bytes.LastIndexByte(input[searched:], '\n'); end >= 0 {
			return searched + end + 1
		}
		return 0
	}
	length, prefix := binary.Uvarint(input)
	isIncomplete := prefix == 0 || prefix > 0 && length > uint64(len(input)-prefix)
	if isIncomplete && !isLast && length <= uint64(batch.transcoder.options.maxBytes) {
		return 0
	}
	return len(input)
}

// block returns the size of the first block of an input that is complete.
func (batch *batch) block(input []byte) int {
	if len(input) <= blockSize {
		return len(input)
	}
	if batch.isPacking {
		if end := bytes.LastIndexByte(input[:blockSize], '\n'); end >= 0 {
			return end + 1
		}
		if end := bytes.IndexByte(input[blockSize:], '\n'); end >= 0 {
			return blockSize + end + 1
		}
		return len(input)
	}
	length, prefix := binary.Uvarint(input)
	if prefix > 0 && length <= uint64(batch.transcoder.options.maxBytes) {
		return min(max(blockSize, prefix+int(length)), len(input))
	}
	return blockSize
}
