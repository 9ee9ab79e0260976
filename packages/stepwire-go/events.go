package stepwire

import (
	"errors"
	"fmt"
	"math"

	"github.com/tetratelabs/wazero/api"

	"github.com/stepwire/stepwire-go/internal/host"
)

// EventError says why an event of a stream was refused.
type EventError struct {
	// Index is the number of events before it.
	Index int64
	// Err is the reason. Its pointer is that in the document {"event": NAME, "data":
	// PAYLOAD}. Its offset is that in the payload, or in the message of an encoder; -1 if
	// the violation is outside of the payload.
	Err *Error
	// IsLast says that the rest of the stream cannot be read.
	IsLast bool
}

// Error returns the number of the event, starting with 1, and the reason.
func (err *EventError) Error() string {
	return fmt.Sprintf("stepwire: event %d: %s at %q (byte %d of its payload)",
		err.Index+1, err.Err.Code, err.Err.Pointer, err.Err.Offset)
}

// Unwrap returns the reason.
func (err *EventError) Unwrap() error {
	return err.Err
}

// errNoEvents says that the type of the transcoder has no events.
var errNoEvents = errors.New("stepwire: the type of the transcoder is not that of an event")

const defaultMaxEventBytes = 16 << 20

type eventOptions struct {
	maxBytes  int
	isLenient bool
}

// EventOption changes how server-sent events are read or written.
type EventOption func(*eventOptions)

// WithMaxEventBytes bounds the size of an event, from 1 byte to 1 GiB; 16 MiB by default.
func WithMaxEventBytes(bytes int) EventOption {
	return func(options *eventOptions) { options.maxBytes = bytes }
}

// WithLenientFraming reads streams that have lost the blank lines between events.
func WithLenientFraming() EventOption {
	return func(options *eventOptions) { options.isLenient = true }
}

func resolveEvents(given []EventOption) (eventOptions, error) {
	options := eventOptions{maxBytes: defaultMaxEventBytes}
	for _, option := range given {
		option(&options)
	}
	return options, checkLimit("maxEventBytes", options.maxBytes, largestMaxBytes)
}

// The bits of the kernel's parameter for events, and the words of its result.
const (
	flagLast    = 1
	flagFirst   = 2
	flagLenient = 4

	resultEvents   = 3
	resultEventEnd = 5

	// outside is the offset of a violation outside of the payload.
	outside = math.MaxUint32
)

// eventCall has the parameters of packEvents or unpackEvents.
type eventCall struct {
	function           api.Function
	maxDepth, maxBytes int
	refused            uint32
	flags              uint64
}

// convertedEvents is what a call has read.
type convertedEvents struct {
	// events is the number of converted events.
	events int64
	// end is the end of what was read, with the refused event.
	end     int
	refused *EventError
}

// convertEvents converts an input, and appends the output.
func (kernel *kernel) convertEvents(dst, input []byte, call eventCall) ([]byte, convertedEvents, error) {
	if err := kernel.Put(input); err != nil {
		return dst, convertedEvents{}, err
	}
	size, err := kernel.Call(call.function, uint64(len(input)), uint64(call.maxDepth),
		uint64(call.refused), uint64(call.maxBytes), call.flags)
	if err != nil {
		return dst, convertedEvents{}, err
	}
	words := kernel.Words()
	if int32(size) < 0 {
		if words[host.ResultCode] == resultOutOfMemory {
			return dst, convertedEvents{}, ErrMemory
		}
		return dst, convertedEvents{}, errNoEvents
	}
	output, err := kernel.Read(words[host.ResultOutput], size)
	if err != nil {
		return dst, convertedEvents{}, err
	}
	dst = append(dst, output...)
	result := convertedEvents{events: int64(words[resultEvents]), end: int(words[resultConsumed])}
	if words[host.ResultCode] == 0 {
		return dst, result, nil
	}
	end := int(words[resultEventEnd])
	result.end = max(result.end, end)
	result.refused, err = kernel.refusedEvent()
	if result.refused != nil {
		result.refused.Index = result.events
		result.refused.IsLast = end == 0
	}
	return dst, result, err
}

// refusedEvent returns the reason for the refusal of the last call.
func (kernel *kernel) refusedEvent() (*EventError, error) {
	size, err := kernel.Call(kernel.explain)
	if err != nil {
		return nil, err
	}
	pointer, err := kernel.Output(size)
	if err != nil {
		return nil, err
	}
	code, err := codeOf(kernel.Word(host.ResultCode))
	if err != nil {
		return nil, err
	}
	offset := int(kernel.Word(host.ResultOffset))
	if offset == outside {
		offset = -1
	}
	return &EventError{Err: &Error{Code: code, Offset: offset, Pointer: string(pointer)}}, nil
}
