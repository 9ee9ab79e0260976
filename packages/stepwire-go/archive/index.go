package archive

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Place is the place of a block in a file.
type Place struct {
	// Offset and Size are those of the block in the file, in bytes.
	Offset, Size int64
	// First is the number of the first document, counted from 1.
	First int64
	// Documents is the number of documents.
	Documents int64
	// Type is the full name of the message type; empty if it is unknown.
	Type protoreflect.FullName

	id identifier
	// base is the number of documents in the archives before that of the block.
	base int64
}

// Index has the places of all blocks of a file with one or more archives.
type Index struct {
	Places []Place
	// Documents is the number of documents.
	Documents int64
}

// ReadIndex reads the index of a file of a size in bytes, without its blocks: to read some
// documents only, to divide the file between goroutines or machines, or to count the
// documents. The error is an [*Error] if the file is not an archive, is cut off, or its index
// is damaged; [Read] then reads it from the start.
func ReadIndex(file io.ReaderAt, size int64, given ...ReadOption) (*Index, error) {
	options, err := resolve(given)
	if err != nil {
		return nil, err
	}
	var found [][]Place
	var counts []int64
	for end := size; end > 0; {
		places, documents, start, err := readIndexBefore(file, end, int64(options.maxBlockBytes))
		if err != nil {
			return nil, err
		}
		found, counts = append(found, places), append(counts, documents)
		end = start
	}
	index := &Index{}
	for at := len(found) - 1; at >= 0; at-- {
		for _, place := range found[at] {
			place.base = index.Documents
			place.First += place.base
			index.Places = append(index.Places, place)
		}
		index.Documents += counts[at]
	}
	return index, nil
}

// ReadBlock reads a block of a file at the place from its index.
func ReadBlock(file io.ReaderAt, place Place, given ...ReadOption) (Block, error) {
	options, err := resolve(given)
	if err != nil {
		return Block{}, err
	}
	reader := &reader{
		input:   &input{source: io.NewSectionReader(file, place.Offset, place.Size), offset: place.Offset},
		options: options,
		next:    expectBlock,
		id:      place.id, hasID: true,
		name: string(place.Type), hasName: true,
		base:     place.base,
		document: place.First - 1 - place.base,
	}
	defer reader.close()
	block, err := reader.nextBlock()
	if err == nil && block.Documents != place.Documents {
		return Block{}, &Error{
			Code: Malformed, Offset: place.Offset, Document: place.First,
			Message: "a block with another number of documents than in the index",
		}
	}
	return block, err
}

// readIndexBefore reads the index of the archive that ends at an offset. It returns the number
// of documents and the start of the archive too.
func readIndexBefore(file io.ReaderAt, end, maxBytes int64) ([]Place, int64, int64, error) {
	at := max(0, end-trailerSize)
	fail := func(code Code, offset int64, message string) ([]Place, int64, int64, error) {
		return nil, 0, 0, &Error{Code: code, Offset: offset, Message: message}
	}
	trailer, err := partAt(file, trailerKind, at, trailerSize)
	if err != nil {
		return nil, 0, 0, err
	}
	if trailer.end > end || trailer.index+blockSize+trailerSize > trailer.end {
		return fail(Malformed, at, "a trailer of an archive of another size")
	}
	start := end - trailer.end
	header, err := partAt(file, headerKind, start, nameOffset+maxName+crcSize)
	if err != nil {
		return nil, 0, 0, err
	}
	at = start + trailer.index
	index, err := partAt(file, indexKind, at, blockSize)
	if err != nil {
		return nil, 0, 0, err
	}
	if trailer.id != header.id || index.id != header.id {
		return fail(Malformed, at, "the parts of an archive have different identifiers")
	}
	size := index.documents * entrySize
	if index.stored != size || trailer.index+blockSize+size+trailerSize != trailer.end {
		return fail(Malformed, at, "an index of another size")
	}
	if size > maxBytes {
		return fail(TooLarge, at, "the index is larger than the limit")
	}
	entries := make([]byte, size)
	if _, err := file.ReadAt(entries, at+blockSize); err != nil && err != io.EOF {
		return nil, 0, 0, err
	}
	if crc32.ChecksumIEEE(entries) != index.checksum {
		return fail(Checksum, at, "the checksum of the index is wrong")
	}
	// From the last block to the first: the next one tells the size.
	nextOffset, nextBefore := trailer.index, index.before
	var places []Place
	for rest := entries; len(rest) > 0; rest = rest[:len(rest)-entrySize] {
		entry := rest[len(rest)-entrySize:]
		offset, before := int64(binary.LittleEndian.Uint64(entry)), int64(binary.LittleEndian.Uint64(entry[8:]))
		if offset <= 0 || before < 0 || offset >= nextOffset || before >= nextBefore {
			return fail(Malformed, at, "an index whose blocks are not in ascending order")
		}
		places = append(places, Place{
			Offset: start + offset, Size: nextOffset - offset,
			First: before + 1, Documents: nextBefore - before,
			Type: protoreflect.FullName(header.name), id: header.id,
		})
		nextOffset, nextBefore = offset, before
	}
	if nextBefore != 0 {
		return fail(Malformed, at, "an index without the first documents")
	}
	slices.Reverse(places)
	return places, index.before, start, nil
}

// partAt reads a part of at most a size at an offset.
func partAt(file io.ReaderAt, kind kind, offset int64, size int) (part, error) {
	data := make([]byte, size)
	count, err := file.ReadAt(data, offset)
	if err != nil && err != io.EOF {
		return part{}, err
	}
	data = data[:count]
	if kindOf(data) != kind {
		failure := &Error{Code: Malformed, Offset: offset, Message: "there is no " + kind.String()}
		if kind == trailerKind {
			failure.Code, failure.Message = CutOff, "the file does not end with the trailer of an archive"
		}
		return part{}, failure
	}
	found, problem := readPart(kind, data)
	if problem != nil {
		return part{}, &Error{Code: problem.Code, Offset: offset, Message: problem.Message}
	}
	return found, nil
}
