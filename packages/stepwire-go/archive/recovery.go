package archive

import (
	"bytes"
	"io"
)

// skip skips the damaged part: to the next one, or to the end of the input.
func (reader *reader) skip(err *Error) Damage {
	reader.pending = nil
	start := reader.input.offset
	first := reader.nextNumber()
	last := int64(-1)
	if reader.next == expectTrailer {
		// The documents are complete once the index was read.
		last = first - 1
	}
	part, isFound := reader.partAfterPayload(start)
	if !isFound {
		part, isFound = reader.findPart(start)
	}
	damage := Damage{Err: err, Start: start, End: reader.input.offset, First: first, Last: last}
	reader.hasGap = true
	if !isFound {
		reader.finishArchive()
		return damage
	}
	if !reader.hasID {
		reader.id, reader.hasID = part.id, true
	}
	switch part.kind {
	case headerKind:
		reader.next = expectHeader
	case trailerKind:
		reader.next = expectTrailer
		if reader.hasName && part.index == start-reader.start {
			// The damaged part is the index.
			damage.Last = first - 1
		}
	default:
		reader.next = expectBlock
		reader.document = part.before
		damage.Last = reader.nextNumber() - 1
	}
	return damage
}

// partAfterPayload moves the input to the part after a damaged block or index whose
// description is right. Its payload may have a document that is an archive itself, so it is not
// searched if that is not necessary.
func (reader *reader) partAfterPayload(start int64) (part, bool) {
	if reader.current == nil {
		return part{}, false
	}
	input := reader.input
	size := blockSize + reader.current.stored
	if reader.current.stored > int64(reader.options.maxBlockBytes) {
		// It is not kept, so it cannot be searched later.
		input.skip(size)
		size = 0
	}
	found, isFound := reader.partAt(int(size))
	if !isFound || found.kind == headerKind || !reader.follows(found, start-1) {
		return part{}, false
	}
	input.drop(int(size))
	return found, true
}

// partAt returns the part after some unused bytes.
func (reader *reader) partAt(offset int) (part, bool) {
	input := reader.input
	after := func(size int) []byte {
		input.need(offset + size)
		return input.unused()[min(offset, len(input.unused())):]
	}
	kind := kindOf(after(magicSize))
	if kind == 0 {
		return part{}, false
	}
	// The size of a header is in its first bytes.
	found, problem := readPart(kind, after(sizeOf(kind, after(nameOffset+crcSize))))
	return found, problem == nil
}

// findPart moves the input to the next part that may follow damage at an offset.
func (reader *reader) findPart(start int64) (part, bool) {
	input := reader.input
	for {
		at := bytes.IndexByte(input.unused(), firstMagic)
		if at < 0 {
			input.drop(len(input.unused()))
			input.need(1)
			if len(input.unused()) == 0 {
				return part{}, false
			}
			continue
		}
		input.drop(at)
		if found, isPart := reader.partAt(0); isPart && reader.follows(found, start) {
			return found, true
		}
		input.drop(1)
	}
}

// follows returns whether reading may continue with a part, after damage at an offset.
func (reader *reader) follows(part part, start int64) bool {
	isDescription := part.kind == blockKind || part.kind == indexKind
	if part.kind != headerKind && reader.hasID && part.id != reader.id {
		return false
	}
	if isDescription && part.before < reader.document {
		return false
	}
	// The part itself may be whole, and only be at a wrong place, because others are missing.
	return reader.input.offset > start || !reader.next.includes(part.kind) ||
		isDescription && part.before > reader.document
}

// findPartIn returns the offset of the first part in bytes, or -1.
func findPartIn(data []byte) int {
	for at := 0; ; at++ {
		next := bytes.IndexByte(data[at:], firstMagic)
		if next < 0 {
			return -1
		}
		at += next
		if kind := kindOf(data[at:]); kind != 0 {
			if _, problem := readPart(kind, data[at:]); problem == nil {
				return at
			}
		}
	}
}

// recovers returns whether an error was skipped.
func (reader *reader) recovers(err error) bool {
	if reader.options.damaged == nil || err == io.EOF || !canSkip(err) {
		return false
	}
	reader.options.damaged(reader.skip(err.(*Error)))
	return true
}
