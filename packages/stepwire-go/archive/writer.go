package archive

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"

	"github.com/klauspost/compress/zstd"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const (
	defaultBlockBytes = 1 << 20
	largestBlockBytes = 64 << 20
	// largestDocument is the largest size of a message in Protobuf.
	largestDocument = math.MaxInt32
)

type writeOptions struct {
	blockBytes int
	isZstd     bool
	id         identifier
	hasID      bool
}

// WriteOption changes how an archive is written.
type WriteOption func(*writeOptions)

// WithZstd compresses blocks with zstd.
func WithZstd() WriteOption {
	return func(options *writeOptions) { options.isZstd = true }
}

// WithBlockBytes sets the size in bytes at which a block ends, before it is compressed, from
// 1 byte to 64 MiB; 1 MiB by default.
func WithBlockBytes(bytes int) WriteOption {
	return func(options *writeOptions) { options.blockBytes = bytes }
}

// ErrEnded is returned by a [Writer] that was closed.
var ErrEnded = errors.New("stepwire: the archive has ended")

// Writer writes an archive. It is for one goroutine at a time.
type Writer struct {
	dst     io.Writer
	options writeOptions
	encoder *zstd.Encoder
	// documents has those of the next block, each after its size.
	documents []byte
	count     int64
	output    []byte
	entries   []byte
	// size and before are the size of the archive and the number of documents so far.
	size, before int64
	err          error
}

// NewWriter returns a writer of an archive. messageType is the full name of the type of all
// documents; it may be empty. The header is written with the first block.
func NewWriter(dst io.Writer, messageType protoreflect.FullName, given ...WriteOption) (*Writer, error) {
	options := writeOptions{blockBytes: defaultBlockBytes}
	for _, option := range given {
		option(&options)
	}
	if options.blockBytes < 1 || options.blockBytes > largestBlockBytes {
		return nil, fmt.Errorf("stepwire: blockBytes is from 1 to %d, not %d", largestBlockBytes, options.blockBytes)
	}
	if len(messageType) > maxName {
		return nil, fmt.Errorf("stepwire: the name of the type has more than %d bytes", maxName)
	}
	if !options.hasID {
		if _, err := rand.Read(options.id[:]); err != nil {
			return nil, err
		}
	}
	writer := &Writer{dst: dst, options: options}
	if options.isZstd {
		encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault))
		if err != nil {
			return nil, err
		}
		writer.encoder = encoder
	}
	writer.output = appendPart(nil, part{kind: headerKind, id: options.id, name: string(messageType)})
	return writer, nil
}

// Write adds binary messages. It writes the blocks that are full. The error is an [*Error]
// with [TooLarge] for a message of more than 2 GiB - 1 byte; those before it are added.
func (writer *Writer) Write(messages ...[]byte) error {
	for _, message := range messages {
		if writer.err != nil {
			return writer.err
		}
		if err := writer.checkSize(len(message)); err != nil {
			return err
		}
		writer.documents = binary.AppendUvarint(writer.documents, uint64(len(message)))
		writer.documents = append(writer.documents, message...)
		if err := writer.added(); err != nil {
			return err
		}
	}
	return writer.err
}

// WriteMessages is like [Writer.Write], for messages of the generated type.
func (writer *Writer) WriteMessages(messages ...proto.Message) error {
	for _, message := range messages {
		if writer.err != nil {
			return writer.err
		}
		options := proto.MarshalOptions{}
		size := options.Size(message)
		if err := writer.checkSize(size); err != nil {
			return err
		}
		options.UseCachedSize = true
		start := len(writer.documents)
		documents, err := options.MarshalAppend(binary.AppendUvarint(writer.documents, uint64(size)), message)
		if err != nil {
			writer.documents = writer.documents[:start]
			return err
		}
		writer.documents = documents
		if err := writer.added(); err != nil {
			return err
		}
	}
	return writer.err
}

// WriteDelimited adds messages that each follow their size, such as the output of PackLines
// of a transcoder.
func (writer *Writer) WriteDelimited(messages []byte) error {
	found := findWhole(messages, largestDocument, true)
	if found.code != "" {
		return &Error{Code: found.code, Offset: int64(found.size), Document: found.documents + 1, Message: found.message}
	}
	for len(messages) > 0 {
		size, prefix := binary.Uvarint(messages)
		end := prefix + int(size)
		if err := writer.Write(messages[prefix:end]); err != nil {
			return err
		}
		messages = messages[end:]
	}
	return writer.err
}

// checkSize refuses a document that no reader can read.
func (writer *Writer) checkSize(size int) error {
	if size <= largestDocument {
		return nil
	}
	return &Error{
		Code: TooLarge, Offset: writer.size, Document: writer.before + writer.count + 1,
		Message: fmt.Sprintf("a document of %d bytes, which is more than %d", size, largestDocument),
	}
}

func (writer *Writer) added() error {
	writer.count++
	if len(writer.documents) >= writer.options.blockBytes {
		return writer.Flush()
	}
	return nil
}

// Flush ends the block, so that all documents so far can be read.
func (writer *Writer) Flush() error {
	if writer.err != nil {
		return writer.err
	}
	writer.appendBlock()
	return writer.send()
}

// Close ends the archive. It does not close the destination.
func (writer *Writer) Close() error {
	if writer.err != nil {
		return writer.err
	}
	writer.appendBlock()
	index := writer.size + int64(len(writer.output))
	size := int64(len(writer.entries))
	writer.output = append(appendPart(writer.output, part{
		kind: indexKind, id: writer.options.id, before: writer.before, documents: size / entrySize,
		size: size, stored: size, checksum: crc32.ChecksumIEEE(writer.entries),
	}), writer.entries...)
	end := writer.size + int64(len(writer.output)) + trailerSize
	writer.output = appendPart(writer.output, part{kind: trailerKind, id: writer.options.id, index: index, end: end})
	err := writer.send()
	if writer.encoder != nil {
		_ = writer.encoder.Close()
	}
	if writer.err == nil {
		writer.err = ErrEnded
	}
	return err
}

// appendBlock appends a block with all documents so far to the output.
func (writer *Writer) appendBlock() {
	if writer.count == 0 {
		return
	}
	payload := writer.documents
	codec := uint32(noCodec)
	if writer.encoder != nil {
		payload = writer.encoder.EncodeAll(writer.documents, nil)
		codec = zstdCodec
	}
	offset := writer.size + int64(len(writer.output))
	writer.entries = binary.LittleEndian.AppendUint64(writer.entries, uint64(offset))
	writer.entries = binary.LittleEndian.AppendUint64(writer.entries, uint64(writer.before))
	writer.output = append(appendPart(writer.output, part{
		kind: blockKind, id: writer.options.id, before: writer.before, documents: writer.count,
		size: int64(len(writer.documents)), stored: int64(len(payload)), codec: codec,
		checksum: crc32.ChecksumIEEE(payload),
	}), payload...)
	writer.before += writer.count
	writer.documents, writer.count = writer.documents[:0], 0
}

// send writes the output to the destination.
func (writer *Writer) send() error {
	if len(writer.output) == 0 {
		return nil
	}
	if _, err := writer.dst.Write(writer.output); err != nil {
		writer.err = err
		return err
	}
	writer.size += int64(len(writer.output))
	writer.output = writer.output[:0]
	return nil
}
