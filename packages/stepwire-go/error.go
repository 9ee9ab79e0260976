package stepwire

import (
	"fmt"

	"github.com/stepwire/stepwire-go/internal/host"
)

// ErrMemory says that an input or output does not fit into a WebAssembly memory.
var ErrMemory = host.ErrMemory

// Error says why an input was refused: the first reason that was met. It has
// nothing of the document but the names of members.
type Error struct {
	Code Code
	// Offset is the offset of the violation in the input, in bytes.
	Offset int
	// Pointer is its place in the JSON, as a JSON Pointer (RFC 6901); empty is
	// the document itself.
	Pointer string
}

// Error returns the code and the place.
func (err *Error) Error() string {
	return fmt.Sprintf("stepwire: %s at %q (byte %d)", err.Code, err.Pointer, err.Offset)
}
