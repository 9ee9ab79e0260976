package stepwire

import (
	"errors"
	"fmt"
)

// Code says why an input was refused. docs/mapping.md of the project explains each.
type Code string

// The codes, which are the same in every language.
const (
	NotJSON          Code = "not_json"
	NotAnObject      Code = "not_an_object"
	DuplicateMember  Code = "duplicate_member"
	LoneSurrogate    Code = "lone_surrogate"
	TooDeep          Code = "too_deep"
	TooLarge         Code = "too_large"
	MissingMember    Code = "missing_member"
	WrongType        Code = "wrong_type"
	UnknownMember    Code = "unknown_member"
	UnknownValue     Code = "unknown_value"
	UnknownVariant   Code = "unknown_variant"
	TagMismatch      Code = "tag_mismatch"
	NotRepresentable Code = "not_representable"
	InvalidResidue   Code = "invalid_residue"
	MalformedBinary  Code = "malformed_binary"
)

// codes has the codes by their number in the kernel.
var codes = [...]Code{
	1: NotJSON, NotAnObject, DuplicateMember, LoneSurrogate, TooDeep, TooLarge, MissingMember,
	WrongType, UnknownMember, UnknownValue, UnknownVariant, TagMismatch, NotRepresentable,
	InvalidResidue, MalformedBinary,
}

// codeOutOfMemory is the kernel's number for a memory that cannot grow.
const codeOutOfMemory = 17

// ErrMemory says that a document does not fit into a WebAssembly memory.
var ErrMemory = errors.New("stepwire: the document does not fit into a WebAssembly memory")

// Error says why an input was refused: the first reason that was met. It has
// nothing of the document but the names of members.
type Error struct {
	Code Code
	// Offset is where it stands in the input, in bytes.
	Offset int
	// Pointer is where it stands in the JSON, as a JSON Pointer (RFC 6901); empty is
	// the document itself.
	Pointer string
}

// Error returns the code and the place.
func (err *Error) Error() string {
	return fmt.Sprintf("stepwire: %s at %q (byte %d)", err.Code, err.Pointer, err.Offset)
}
