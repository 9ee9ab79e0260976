package stream

import (
	"bytes"

	"google.golang.org/protobuf/encoding/protowire"
)

const (
	maxTagBytes  = 5
	maxSizeBytes = 7
	maxTag       = 1<<32 - 1
)

// field is a field of a message: all records with its number. It is found without the
// schema.
type field struct {
	number     uint64
	start, end int
}

// readFields appends the fields of a message, with their places in it. It returns false
// if a field is malformed or a group, if the fields are not in ascending order of their
// numbers, or if there are more than maxFields.
func readFields(fields []field, message []byte) ([]field, bool) {
	fields = fields[:0]
	for position := 0; position < len(message); {
		start := position
		tag, size := consumeVarint(message[position:], maxTagBytes)
		if size == 0 || tag > maxTag {
			return fields, false
		}
		position += size
		size, ok := valueSize(message[position:], tag&7)
		if !ok || size > len(message)-position {
			return fields, false
		}
		position += size
		number := tag >> 3
		last := len(fields) - 1
		switch {
		case number == 0 || last >= 0 && number < fields[last].number:
			return fields, false
		case last >= 0 && number == fields[last].number:
			fields[last].end = position
		case len(fields) == maxFields:
			return fields, false
		default:
			fields = append(fields, field{number, start, position})
		}
	}
	return fields, true
}

// valueSize returns the size of a value, which may exceed the message.
func valueSize(message []byte, wireType uint64) (int, bool) {
	switch protowire.Type(wireType) {
	case protowire.VarintType:
		for index := 0; index < len(message) && index < 10; index++ {
			if message[index] < 0x80 {
				// The last of ten bytes has the 64th bit.
				return index + 1, index < 9 || message[index] <= 1
			}
		}
		return 0, false
	case protowire.Fixed64Type:
		return 8, true
	case protowire.Fixed32Type:
		return 4, true
	case protowire.BytesType:
		value, size := consumeVarint(message, maxSizeBytes)
		if size == 0 || value > uint64(len(message)) {
			return 0, false
		}
		return size + int(value), true
	default:
		return 0, false
	}
}

// consumeVarint returns a varint and its size; the size is 0 if the varint is cut off
// or has more bytes.
func consumeVarint(message []byte, maxBytes int) (uint64, int) {
	value := uint64(0)
	for index := 0; index < len(message) && index < maxBytes; index++ {
		value |= uint64(message[index]&0x7f) << (7 * index)
		if message[index] < 0x80 {
			return value, index + 1
		}
	}
	return 0, 0
}

// indexOf returns the index of a field, or -1.
func indexOf(fields []field, number uint64) int {
	for index := range fields {
		if fields[index].number == number {
			return index
		}
	}
	return -1
}

// equalFields returns whether two fields have the same number and bytes.
func equalFields(message []byte, one field, otherMessage []byte, other field) bool {
	return one.number == other.number &&
		bytes.Equal(message[one.start:one.end], otherMessage[other.start:other.end])
}

// span is the value of a length-delimited field, with the offset of its size.
type span struct {
	sizeAt, start, end int
}

// locate finds the value of a field. It returns false unless the field is one
// length-delimited record whose tag and size have no unnecessary bytes.
func locate(message []byte, fields []field, index int) (span, bool) {
	found := fields[index]
	tag, tagSize := consumeVarint(message[found.start:found.end], maxTagBytes)
	if tag&7 != uint64(protowire.BytesType) || tagSize != protowire.SizeVarint(tag) {
		return span{}, false
	}
	sizeAt := found.start + tagSize
	size, length := consumeVarint(message[sizeAt:found.end], maxSizeBytes)
	start := sizeAt + length
	isOne := size == uint64(found.end-start) && length == protowire.SizeVarint(size)
	return span{sizeAt, start, found.end}, isOne
}
