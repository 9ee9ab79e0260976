package archive

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"unicode/utf8"
)

// magic begins all parts. The byte after it is the kind of the part.
var magic = [3]byte{0x8a, 'S', 'W'}

// kind is the kind of a part of an archive.
type kind byte

const (
	headerKind  kind = 'A'
	blockKind   kind = 'B'
	indexKind   kind = 'I'
	trailerKind kind = 'T'
)

// The sizes and offsets of parts, in bytes.
const (
	version      = 1
	magicSize    = 4
	idSize       = 8
	crcSize      = 4
	nameOffset   = magicSize + 4 + idSize
	maxName      = 1024
	blockSize    = 44
	trailerSize  = 32
	entrySize    = 16
	largestLong  = 1<<53 - 1
	noCodec      = 0
	zstdCodec    = 1
	firstMagic   = 0x8a
	numberOffset = magicSize + idSize
)

// identifier is the same in all parts of an archive.
type identifier [idSize]byte

// part is a part of an archive without its payload.
type part struct {
	kind kind
	id   identifier
	// name is the full name of the message type in a header.
	name string

	// before is the number of documents in all blocks before a block or index.
	before int64
	// documents is the number of documents in a block, and of blocks in an index.
	documents int64
	// size and stored are the sizes of the documents and of the payload.
	size, stored int64
	codec        uint32
	checksum     uint32

	// index and end are the offset of the index and the size of the archive in a trailer.
	index, end int64
}

func (kind kind) String() string {
	switch kind {
	case headerKind:
		return "header"
	case blockKind:
		return "block"
	case indexKind:
		return "index"
	default:
		return "trailer"
	}
}

// kindOf returns the kind of the part at the start of the data, or 0.
func kindOf(data []byte) kind {
	if len(data) < magicSize || [3]byte(data) != magic {
		return 0
	}
	switch found := kind(data[3]); found {
	case headerKind, blockKind, indexKind, trailerKind:
		return found
	default:
		return 0
	}
}

// isMagicStart returns whether a few bytes are the start of the first bytes of a header.
func isMagicStart(data []byte) bool {
	return bytes.HasPrefix([]byte{magic[0], magic[1], magic[2], byte(headerKind)}, data)
}

// sizeOf returns the size of a part without its payload, as far as its bytes tell.
func sizeOf(kind kind, data []byte) int {
	switch kind {
	case headerKind:
		size := nameOffset + crcSize
		if len(data) >= magicSize+4 {
			size += int(binary.LittleEndian.Uint16(data[magicSize+2:]))
		}
		return size
	case trailerKind:
		return trailerSize
	default:
		return blockSize
	}
}

// readPart reads the part at the start of the data. An error has a code and a message only.
func readPart(kind kind, data []byte) (part, *Error) {
	size := sizeOf(kind, data)
	if size > nameOffset+maxName+crcSize {
		return part{}, &Error{Code: Malformed, Message: fmt.Sprintf("the name of the type has more than %d bytes", maxName)}
	}
	if size > len(data) {
		message := fmt.Sprintf("the archive ends within a %v: %d of %d bytes", kind, len(data), size)
		return part{}, &Error{Code: CutOff, Message: message}
	}
	end := size - crcSize
	if crc32.ChecksumIEEE(data[:end]) != binary.LittleEndian.Uint32(data[end:]) {
		return part{}, &Error{Code: Checksum, Message: fmt.Sprintf("the checksum of a %v is wrong", kind)}
	}
	word := func(offset int) uint32 { return binary.LittleEndian.Uint32(data[offset:]) }
	long := func(offset int) int64 { return int64(binary.LittleEndian.Uint64(data[offset:])) }
	found := part{kind: kind, id: identifier(data[magicSize:])}
	switch kind {
	case headerKind:
		found.id = identifier(data[nameOffset-idSize:])
		found.name = string(data[nameOffset:end])
		if number := binary.LittleEndian.Uint16(data[magicSize:]); number > version {
			message := fmt.Sprintf("version %d of the format; this package reads version %d", number, version)
			return found, &Error{Code: NewerVersion, Message: message}
		} else if number != version {
			return found, &Error{Code: Malformed, Message: "a header of version 0"}
		}
		if !utf8.ValidString(found.name) {
			return found, &Error{Code: Malformed, Message: "the name of the type is not UTF-8"}
		}
	case trailerKind:
		found.index, found.end = long(numberOffset), long(numberOffset+8)
	default:
		found.before = long(numberOffset)
		found.documents, found.size, found.stored = int64(word(20)), int64(word(24)), int64(word(28))
		found.codec, found.checksum = word(32), word(36)
	}
	for _, number := range []int64{found.before, found.index, found.end} {
		if number < 0 || number > largestLong {
			return found, &Error{Code: Malformed, Message: fmt.Sprintf("a %v with a number above 2^53 - 1", kind)}
		}
	}
	return found, nil
}

// appendPart appends the bytes of a part without its payload.
func appendPart(dst []byte, part part) []byte {
	start := len(dst)
	dst = append(append(dst, magic[:]...), byte(part.kind))
	if part.kind == headerKind {
		dst = binary.LittleEndian.AppendUint16(dst, version)
		dst = binary.LittleEndian.AppendUint16(dst, uint16(len(part.name)))
		dst = append(append(dst, part.id[:]...), part.name...)
	} else {
		dst = append(dst, part.id[:]...)
	}
	switch part.kind {
	case blockKind, indexKind:
		dst = binary.LittleEndian.AppendUint64(dst, uint64(part.before))
		for _, word := range []uint32{
			uint32(part.documents), uint32(part.size), uint32(part.stored), part.codec, part.checksum,
		} {
			dst = binary.LittleEndian.AppendUint32(dst, word)
		}
	case trailerKind:
		dst = binary.LittleEndian.AppendUint64(dst, uint64(part.index))
		dst = binary.LittleEndian.AppendUint64(dst, uint64(part.end))
	}
	return binary.LittleEndian.AppendUint32(dst, crc32.ChecksumIEEE(dst[start:]))
}
