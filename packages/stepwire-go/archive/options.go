package archive

import "fmt"

const (
	defaultMaxBytes      = 64 << 20
	defaultMaxBlockBytes = 128 << 20
	// largestMaxBytes is the largest limit.
	largestMaxBytes = 1<<31 - 1
)

type readOptions struct {
	maxBytes      int
	maxBlockBytes int
	damaged       func(Damage)
}

// ReadOption changes how an archive is read.
type ReadOption func(*readOptions)

// WithMaxBytes bounds the size of a document; 64 MiB by default.
func WithMaxBytes(bytes int) ReadOption {
	return func(options *readOptions) { options.maxBytes = bytes }
}

// WithMaxBlockBytes bounds the size of a block, also after it is expanded, and of the index;
// 128 MiB by default.
func WithMaxBlockBytes(bytes int) ReadOption {
	return func(options *readOptions) { options.maxBlockBytes = bytes }
}

// WithRecovery skips damaged parts, and calls a function for each of them. By default, the
// first damaged part ends reading. Damaged size-delimited documents always do, because
// nothing tells where the next one starts, and so do [NewerVersion] and [UnknownCodec].
func WithRecovery(damaged func(Damage)) ReadOption {
	return func(options *readOptions) { options.damaged = damaged }
}

func resolve(given []ReadOption) (readOptions, error) {
	options := readOptions{maxBytes: defaultMaxBytes, maxBlockBytes: defaultMaxBlockBytes}
	for _, option := range given {
		option(&options)
	}
	for _, limit := range []int{options.maxBytes, options.maxBlockBytes} {
		if limit < 1 || limit > largestMaxBytes {
			return options, fmt.Errorf("stepwire: a limit is from 1 to %d, not %d", largestMaxBytes, limit)
		}
	}
	return options, nil
}
