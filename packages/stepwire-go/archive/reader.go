package archive

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/zstd"
)

// maxZstdWindow is the largest window of zstd that is read. It bounds the memory.
const maxZstdWindow = 8 << 20

// expected says which parts may be next.
type expected int

const (
	expectHeader expected = iota
	expectBlock
	expectTrailer
)

func (expected expected) includes(kind kind) bool {
	switch expected {
	case expectHeader:
		return kind == headerKind
	case expectBlock:
		return kind == blockKind || kind == indexKind
	default:
		return kind == trailerKind
	}
}

func (expected expected) String() string {
	return [...]string{"a header", "a block or index", "a trailer"}[expected]
}

// reader reads archives, one after the other, from start to end.
type reader struct {
	input   *input
	options readOptions
	next    expected
	// id and name are those of the current archive. The id may be known without the header.
	id       identifier
	hasID    bool
	hasName  bool
	name     string
	start    int64
	index    int64
	base     int64
	document int64
	blocks   int64
	// hasGap says that parts of the current archive were skipped.
	hasGap bool
	// current is the block or index that is being read, if its description is right.
	current *part
	// pending is the error after the last block.
	pending  *Error
	expander *zstd.Decoder
	expanded []byte
}

func (reader *reader) close() {
	if reader.expander != nil {
		reader.expander.Close()
	}
}

// nextBlock returns the next block, or io.EOF. After an [*Error], skip continues.
func (reader *reader) nextBlock() (Block, error) {
	block, err := reader.findBlock()
	damage, isDamage := err.(*Error)
	if sourceErr := reader.input.err; isDamage && damage.Code == CutOff && sourceErr != nil && sourceErr != io.EOF {
		return Block{}, sourceErr
	}
	return block, err
}

func (reader *reader) findBlock() (Block, error) {
	if reader.pending != nil {
		return Block{}, reader.pending
	}
	for {
		reader.current = nil
		part, err := reader.nextPart()
		if err != nil {
			return Block{}, err
		}
		switch part.kind {
		case headerKind:
			reader.begin(part)
		case blockKind:
			reader.current = &part
			return reader.readBlock(part)
		case indexKind:
			reader.current = &part
			err = reader.readIndex(part)
		default:
			err = reader.end(part)
		}
		if err != nil {
			return Block{}, err
		}
	}
}

func (reader *reader) nextPart() (part, error) {
	input := reader.input
	input.need(magicSize)
	if len(input.unused()) == 0 && (reader.next == expectHeader || input.err != io.EOF) {
		return part{}, input.err
	}
	kind := kindOf(input.unused())
	if !reader.next.includes(kind) {
		return part{}, reader.explainOther()
	}
	reader.needPart(kind)
	found, problem := readPart(kind, input.unused())
	if problem != nil {
		return part{}, reader.fail(problem.Code, problem.Message)
	}
	if kind == headerKind {
		return found, nil
	}
	if reader.hasID && found.id != reader.id {
		return part{}, reader.fail(Malformed, fmt.Sprintf("a %v of another archive", kind))
	}
	if kind != trailerKind && found.before != reader.document {
		message := fmt.Sprintf("expected a %v after %d documents, found one after %d", kind, reader.document, found.before)
		return part{}, reader.fail(Malformed, message)
	}
	return found, nil
}

// needPart reads all bytes of a part without its payload.
func (reader *reader) needPart(kind kind) {
	// The size of a header is in its first bytes.
	reader.input.need(nameOffset + crcSize)
	reader.input.need(sizeOf(kind, reader.input.unused()))
}

// explainOther says why the next bytes are no part that may be here.
func (reader *reader) explainOther() error {
	found := reader.input.unused()
	isAtStart := reader.input.offset == 0
	if len(found) < magicSize && (!isAtStart || isMagicStart(found)) {
		return reader.fail(CutOff, fmt.Sprintf("the archive ends before %v", reader.next))
	}
	return reader.fail(Malformed, fmt.Sprintf("expected %v, found other bytes", reader.next))
}

func (reader *reader) begin(part part) {
	reader.finishArchive()
	reader.start = reader.input.offset
	reader.id, reader.name, reader.hasID, reader.hasName = part.id, part.name, true, true
	reader.next = expectBlock
	reader.input.drop(sizeOf(headerKind, reader.input.unused()))
}

func (reader *reader) finishArchive() {
	reader.base += reader.document
	reader.document, reader.blocks = 0, 0
	reader.hasGap, reader.hasID, reader.hasName, reader.name = false, false, false, ""
	reader.next = expectHeader
}

func (reader *reader) readBlock(part part) (Block, error) {
	if part.documents == 0 || part.size < part.documents {
		message := fmt.Sprintf("a block of %d documents and %d bytes", part.documents, part.size)
		return Block{}, reader.fail(Malformed, message)
	}
	if err := reader.checkSizes(part); err != nil {
		return Block{}, err
	}
	if part.codec == noCodec && part.size != part.stored {
		message := fmt.Sprintf("a block of %d bytes with a payload of %d", part.size, part.stored)
		return Block{}, reader.fail(Malformed, message)
	}
	if part.codec != noCodec && part.codec != zstdCodec {
		return Block{}, reader.fail(UnknownCodec, fmt.Sprintf("a block is compressed with codec %d", part.codec))
	}
	size := blockSize + int(part.stored)
	reader.input.need(size)
	if found := len(reader.input.unused()); found < size {
		return reader.salvage(part)
	}
	documents := reader.input.unused()[blockSize:size]
	if crc32.ChecksumIEEE(documents) != part.checksum {
		return Block{}, reader.fail(Checksum, fmt.Sprintf("the checksum of %s is wrong", reader.describe(part)))
	}
	if part.codec == zstdCodec {
		var err error
		if documents, err = reader.expand(documents, part); err != nil {
			return Block{}, err
		}
	}
	found := findWhole(documents, reader.options.maxBytes, true)
	if found.code == TooLarge {
		return Block{}, reader.fail(TooLarge, found.message)
	}
	if found.documents != part.documents || found.size != int(part.size) {
		return Block{}, reader.fail(Malformed, reader.describe(part)+" has other documents than it says")
	}
	return reader.take(documents, part.documents, size), nil
}

// take removes a block from the input.
func (reader *reader) take(documents []byte, count int64, size int) Block {
	block := Block{
		Bytes: documents, First: reader.nextNumber(), Documents: count,
		Type: reader.name, Offset: reader.input.offset,
	}
	reader.document += count
	reader.blocks++
	reader.input.drop(size)
	return block
}

// salvage returns the complete documents of a block that is cut off.
func (reader *reader) salvage(part part) (Block, error) {
	found := reader.input.unused()
	message := fmt.Sprintf("the archive ends within %s: %d of %d bytes",
		reader.describe(part), len(found), blockSize+part.stored)
	// Another archive may follow that is shorter than what is missing.
	payload := found[blockSize:]
	if at := findPartIn(payload); at >= 0 {
		payload = payload[:at]
	}
	whole := findWhole(payload, reader.options.maxBytes, false)
	if part.codec != noCodec || whole.documents == 0 || whole.documents >= part.documents {
		return Block{}, reader.fail(CutOff, message)
	}
	block := Block{
		Bytes: payload[:whole.size], First: reader.nextNumber(), Documents: whole.documents,
		Type: reader.name, Offset: reader.input.offset,
	}
	reader.document += whole.documents
	reader.pending = reader.fail(CutOff, message)
	return block, nil
}

func (reader *reader) checkSizes(part part) error {
	if larger := max(part.size, part.stored); larger > int64(reader.options.maxBlockBytes) {
		message := fmt.Sprintf("a %v of %d bytes, which is more than %d", part.kind, larger, reader.options.maxBlockBytes)
		return reader.fail(TooLarge, message)
	}
	return nil
}

func (reader *reader) expand(payload []byte, part part) ([]byte, error) {
	if reader.expander == nil {
		expander, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxZstdWindow),
			zstd.WithDecoderMaxMemory(uint64(reader.options.maxBlockBytes)))
		if err != nil {
			return nil, err
		}
		reader.expander = expander
	}
	if cap(reader.expanded) < int(part.size) {
		// The size may be wrong, so a small payload does not allocate much.
		reader.expanded = make([]byte, 0, min(int(part.size), 64*len(payload)+firstBuffer))
	}
	expanded, err := reader.expander.DecodeAll(payload, reader.expanded[:0])
	reader.expanded = expanded[:0]
	if err != nil || len(expanded) != int(part.size) {
		failure := reader.fail(Malformed, fmt.Sprintf("the zstd data of %s is malformed", reader.describe(part)))
		failure.cause = err
		return nil, failure
	}
	return expanded, nil
}

func (reader *reader) readIndex(part part) error {
	isWrong := part.size != part.stored || part.size != part.documents*entrySize || part.codec != noCodec
	if isWrong || part.documents != reader.blocks && !reader.hasGap {
		message := fmt.Sprintf("an index of %d blocks after %d", part.documents, reader.blocks)
		return reader.fail(Malformed, message)
	}
	if err := reader.checkSizes(part); err != nil {
		return err
	}
	size := blockSize + int(part.stored)
	reader.input.need(size)
	if len(reader.input.unused()) < size {
		return reader.fail(CutOff, "the archive ends within its index")
	}
	if crc32.ChecksumIEEE(reader.input.unused()[blockSize:size]) != part.checksum {
		return reader.fail(Checksum, "the checksum of the index is wrong")
	}
	reader.index = reader.input.offset - reader.start
	reader.input.drop(size)
	reader.next = expectTrailer
	return nil
}

func (reader *reader) end(part part) error {
	size := reader.input.offset - reader.start + trailerSize
	if !reader.hasGap && (part.index != reader.index || part.end != size) {
		return reader.fail(Malformed, "a trailer of an archive of another size")
	}
	reader.finishArchive()
	reader.input.drop(trailerSize)
	return nil
}

func (reader *reader) describe(part part) string {
	first := reader.nextNumber()
	return fmt.Sprintf("a block with the documents %d to %d", first, first+part.documents-1)
}

func (reader *reader) nextNumber() int64 {
	return reader.base + reader.document + 1
}

func (reader *reader) fail(code Code, message string) *Error {
	return &Error{Code: code, Offset: reader.input.offset, Document: reader.nextNumber(), Message: message}
}

// canSkip returns whether reading may continue after an error.
func canSkip(err error) bool {
	var damage *Error
	return errors.As(err, &damage) && damage.Code != NewerVersion && damage.Code != UnknownCodec
}
