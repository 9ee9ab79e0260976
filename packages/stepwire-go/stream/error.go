package stream

import "fmt"

// Code says what is wrong with a stream.
type Code string

// The codes of an [Error].
const (
	// BadMagic: the bytes do not start like a stream.
	BadMagic Code = "bad_magic"
	// NewerVersion: the stream has a newer version of the format.
	NewerVersion Code = "newer_version"
	// CutOff: the input ends before the end of the stream.
	CutOff Code = "cut_off"
	// TrailingBytes: there are bytes after the end.
	TrailingBytes Code = "trailing_bytes"
	// Malformed: a record is malformed.
	Malformed Code = "malformed"
	// MissingReference: a record refers to a payload or field that does not exist.
	MissingReference Code = "missing_reference"
	// NumberOrder: the number of an event is too small.
	NumberOrder Code = "number_order"
	// TooLarge: an event or the description of a failure exceeds [WithMaxEventBytes].
	TooLarge Code = "too_large"
	// StateTooLarge: the payloads to remember exceed [WithMaxStateBytes].
	StateTooLarge Code = "state_too_large"
	// ExpandsTooMuch: the input becomes larger than [WithMaxExpansion] allows.
	ExpandsTooMuch Code = "expands_too_much"
	// MalformedCompression: the compressed input is malformed.
	MalformedCompression Code = "malformed_compression"
)

// Error says that a stream is malformed or exceeds a limit. All events before it are
// complete.
type Error struct {
	Code Code
	// Offset is the offset of the record in the decompressed stream, in bytes.
	Offset int64
	// Event is the number of the event that would have been next.
	Event uint64
	// Expected and Found are texts for people.
	Expected, Found string

	cause error
}

// Error returns the code, the place, and what was expected and found.
func (err *Error) Error() string {
	return fmt.Sprintf("stepwire: %s in the stream (offset %d, event %d): expected %s, found %s",
		err.Code, err.Offset, err.Event, err.Expected, err.Found)
}

// Unwrap returns the error of the decompressor, or nil.
func (err *Error) Unwrap() error {
	return err.cause
}

// Failure says that the writer of the stream ended it with a failure. All events
// before it are complete.
type Failure struct {
	// Detail describes the failure. The transport defines its meaning.
	Detail []byte
}

// Error says that the stream failed.
func (failure *Failure) Error() string {
	return "stepwire: the writer of the stream reported a failure"
}
