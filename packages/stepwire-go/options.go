package stepwire

import "fmt"

// Mode says what is refused of a JSON document. What is no JSON object, has
// duplicate members, or passes a limit is refused in every mode.
type Mode int

const (
	// Preserve refuses missing required members, and known members of another type.
	// It keeps what the schema does not know. It is the default.
	Preserve Mode = iota
	// Strict refuses everything that the schema does not know.
	Strict
	// Archive refuses nothing that is a JSON object.
	Archive
)

// String returns the mode's name.
func (mode Mode) String() string {
	switch mode {
	case Preserve:
		return "preserve"
	case Strict:
		return "strict"
	case Archive:
		return "archive"
	default:
		return fmt.Sprintf("Mode(%d)", int(mode))
	}
}

// refused has a bit for each code that the mode refuses.
func (mode Mode) refused() uint32 {
	switch mode {
	case Strict:
		return 0x3f80
	case Preserve:
		return 0x0180
	default:
		return 0
	}
}

// refuseUnknownFields is the bit of fields that the schema does not have.
const refuseUnknownFields uint32 = 1 << 16

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
}

// Option changes how a [Transcoder] converts.
type Option func(*options)

// WithMode says what is refused of a JSON document; [Preserve] by default.
func WithMode(mode Mode) Option {
	return func(options *options) { options.mode = mode }
}

// WithMaxDepth bounds the levels of arrays and objects of a document, from 1 to
// 1,000; 100 by default.
func WithMaxDepth(levels int) Option {
	return func(options *options) { options.maxDepth = levels }
}

// WithMaxBytes bounds the size of an input, from 1 byte to 1 GiB; 64 MiB by default.
func WithMaxBytes(bytes int) Option {
	return func(options *options) { options.maxBytes = bytes }
}

// WithRefuseUnknownFields has ToJSON refuse binary with fields that the schema does
// not have. By default it passes over them.
func WithRefuseUnknownFields() Option {
	return func(options *options) { options.refuseUnknownFields = true }
}

func resolve(given []Option) (options, error) {
	result := options{mode: Preserve, maxDepth: defaultMaxDepth, maxBytes: defaultMaxBytes}
	for _, option := range given {
		option(&result)
	}
	if result.mode < Preserve || result.mode > Archive {
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
