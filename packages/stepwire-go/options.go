package stepwire

import "fmt"

// String returns the mode's name.
func (mode Mode) String() string {
	if !mode.exists() {
		return fmt.Sprintf("Mode(%d)", int(mode))
	}
	return modes[mode].name
}

func (mode Mode) exists() bool {
	return mode >= 0 && int(mode) < len(modes)
}

// refuseUnknownFields is the bit of fields that the schema does not have.
const refuseUnknownFields uint32 = 1 << resultUnknownField

const (
	defaultMaxDepth = 100
	largestMaxDepth = 1000
	defaultMaxBytes = 64 << 20
	// A WebAssembly memory has to hold the input twice, and the output.
	largestMaxBytes = 1 << 30
)

type options struct {
	mode                Mode
	maxDepth            int
	maxBytes            int
	refuseUnknownFields bool
	table               []byte
}

// Option changes how a [Transcoder] converts.
type Option func(*options)

// WithMode says what is refused of a JSON document; [Preserve] by default.
func WithMode(mode Mode) Option {
	return func(options *options) { options.mode = mode }
}

// WithMaxDepth bounds the levels of arrays and objects of a document, from 1 to
// 1,000; 100 by default. The document of an event has one level more than its payload.
func WithMaxDepth(levels int) Option {
	return func(options *options) { options.maxDepth = levels }
}

// WithMaxBytes bounds the size of a document, or of its message, from 1 byte to 1 GiB; 64 MiB
// by default.
func WithMaxBytes(bytes int) Option {
	return func(options *options) { options.maxBytes = bytes }
}

// WithRefuseUnknownFields has ToJSON refuse binary with fields that the schema does
// not have. By default it passes over them.
func WithRefuseUnknownFields() Option {
	return func(options *options) { options.refuseUnknownFields = true }
}

// WithTable converts a message of your own schema. The table is what the command
// "stepwire table" of the same version writes. The transcoder keeps the slice, so it
// must not be changed.
func WithTable(table []byte) Option {
	return func(options *options) { options.table = table }
}

// refusedBinary returns what ToJSON refuses, as the kernel's parameter.
func (options *options) refusedBinary() uint32 {
	if options.refuseUnknownFields {
		return refuseUnknownFields
	}
	return 0
}

func resolve(given []Option) (options, error) {
	result := options{mode: Preserve, maxDepth: defaultMaxDepth, maxBytes: defaultMaxBytes}
	for _, option := range given {
		option(&result)
	}
	if !result.mode.exists() {
		return result, fmt.Errorf("stepwire: there is no %v", result.mode)
	}
	if err := checkLimit("maxDepth", result.maxDepth, largestMaxDepth); err != nil {
		return result, err
	}
	return result, checkLimit("maxBytes", result.maxBytes, largestMaxBytes)
}

func checkLimit(name string, limit, largest int) error {
	if limit < 1 || limit > largest {
		return fmt.Errorf("stepwire: %s is from 1 to %d, not %d", name, largest, limit)
	}
	return nil
}
