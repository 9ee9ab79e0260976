package stream

import "fmt"

// Encoding says how a stream is compressed: the names of HTTP's Content-Encoding.
type Encoding string

// The encodings.
const (
	Identity Encoding = "identity"
	Gzip     Encoding = "gzip"
	Zstd     Encoding = "zstd"
)

type options struct {
	encoding       Encoding
	firstNumber    uint64
	hasFirstNumber bool
	maxEventBytes  int
	maxStateBytes  int
	maxBlockBytes  int
	maxExpansion   int
}

// Option changes how a stream is read or written.
type Option func(*options)

// WithEncoding says how the stream is compressed; [Identity] by default, and if it is
// empty, as the Content-Encoding of a response may be.
func WithEncoding(encoding Encoding) Option {
	return func(options *options) { options.encoding = encoding }
}

// WithFirstNumber sets the number of the first event. To a writer, it is that number,
// 1 by default. To a reader, it is the smallest number that the first event may have,
// 0 by default.
func WithFirstNumber(number uint64) Option {
	return func(options *options) { options.firstNumber, options.hasFirstNumber = number, true }
}

// WithMaxEventBytes bounds the size of an event, for readers; 16 MiB by default.
func WithMaxEventBytes(bytes int) Option {
	return func(options *options) { options.maxEventBytes = bytes }
}

// WithMaxStateBytes bounds the size of the payloads to remember, with 64 bytes for each
// type of payload; 1 MiB by default. That of a writer must not be larger than that of
// its readers.
func WithMaxStateBytes(bytes int) Option {
	return func(options *options) { options.maxStateBytes = bytes }
}

// WithMaxExpansion bounds the size of all events and of the decompressed stream, for
// readers: it may be slack bytes plus the size of the input times factor. The defaults
// are 1000 and 1 MiB.
func WithMaxExpansion(factor, slack int) Option {
	return func(options *options) { options.maxExpansion, options.maxBlockBytes = factor, slack }
}

func resolve(given []Option) (options, error) {
	result := options{
		encoding:      Identity,
		maxEventBytes: 16 << 20,
		maxStateBytes: 1 << 20,
		maxBlockBytes: 1 << 20,
		maxExpansion:  1000,
	}
	for _, option := range given {
		option(&result)
	}
	if result.encoding == "" {
		result.encoding = Identity
	}
	for _, limit := range []int{
		result.maxEventBytes, result.maxStateBytes, result.maxBlockBytes, result.maxExpansion,
	} {
		if limit < 0 {
			return result, fmt.Errorf("stepwire: a limit is %d; it must be at least 0", limit)
		}
	}
	return result, nil
}
