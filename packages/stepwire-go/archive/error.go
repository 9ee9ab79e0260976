package archive

import "fmt"

// Code says what is wrong with an archive.
type Code string

// The codes of an [Error].
const (
	// NewerVersion: the archive has a newer version of the format.
	NewerVersion Code = "newer_version"
	// CutOff: the input ends within a document or a part of the archive, or before its end.
	CutOff Code = "cut_off"
	// Malformed: a part of the archive, or a size, is malformed.
	Malformed Code = "malformed"
	// Checksum: the bytes of a part differ from those that were written.
	Checksum Code = "checksum"
	// TooLarge: a document or a block is larger than the limit.
	TooLarge Code = "too_large"
	// UnknownCodec: a block is compressed in a way that this package does not know.
	UnknownCodec Code = "unknown_codec"
)

// Error says that an archive is damaged. All documents before it are complete.
type Error struct {
	Code Code
	// Offset is the offset in the input of the damaged part or document, in bytes.
	Offset int64
	// Document is the number of the next document, counted from 1; 0 if it is unknown.
	Document int64
	// Message is a text for people.
	Message string

	cause error
}

// Error returns the code, the place and the message.
func (err *Error) Error() string {
	return fmt.Sprintf("stepwire: %s in the archive (offset %d, document %d): %s",
		err.Code, err.Offset, err.Document, err.Message)
}

// Unwrap returns the error of the decompressor, or nil.
func (err *Error) Unwrap() error {
	return err.cause
}

// Damage is a part of an archive that was skipped.
type Damage struct {
	// Err is the reason.
	Err *Error
	// Start and End are the offsets of the skipped bytes in the input.
	Start, End int64
	// First and Last are the numbers of the lost documents. Last is First - 1 if none is
	// lost, and -1 if it is unknown, because no block of the same archive follows.
	First, Last int64
}
