package stepwire

import (
	"bytes"
	"errors"
	"io"
	"iter"

	"google.golang.org/protobuf/proto"
)

const (
	// largestWindow is how much is converted at once, unless an event is larger. The kernel
	// copies its input, so all of a large input for each refused event would take quadratic
	// time.
	largestWindow = 64 << 10
	// smallestWindow is the window after a refused event, as more may follow.
	smallestWindow = 4 << 10
	// smallEvent is the size up to which each line is tried with lenient framing.
	smallEvent = 4 << 10
)

// EventDecoder converts the bytes of a stream of server-sent events to binary messages. It
// is for one stream, and for one goroutine at a time. To read from an [io.Reader], use
// [DecodeEvents] or [Transcoder.DecodeEvents] instead.
type EventDecoder struct {
	transcoder *Transcoder
	options    eventOptions
	// buffer has what has arrived. Its first bytes, done, are converted.
	buffer []byte
	done   int
	// searched is the size of the part of the buffer in which no event ends; line is where
	// the line at its end starts.
	searched, line int
	// hasData says that the searched part has a line with data.
	hasData bool
	// tried is the size of what was not converted by the last call of the kernel.
	tried int
	// isUntried says that there are bytes after a refused event.
	isUntried bool
	// window is how much is converted at once.
	window int
	flags  uint64
	index  int64
	// err is returned by all calls after the end of the stream.
	err      error
	output   []byte
	messages [][]byte
}

// NewEventDecoder returns a decoder for one stream. The transcoder's type must be that of an
// event, such as acme.v1.JobEvent.
func (transcoder *Transcoder) NewEventDecoder(options ...EventOption) (*EventDecoder, error) {
	resolved, err := resolveEvents(options)
	if err != nil {
		return nil, err
	}
	flags := uint64(flagFirst)
	if resolved.isLenient {
		flags |= flagLenient
	}
	return &EventDecoder{transcoder: transcoder, options: resolved, flags: flags, window: largestWindow}, nil
}

// Decode returns the messages of the events that are complete with the next bytes of the
// stream. They are valid until the next call. The error is an [*EventError] if an event was
// refused; the messages of the events before it are returned too. To skip that event, call
// Decode again, if only with nil.
func (decoder *EventDecoder) Decode(chunk []byte) ([][]byte, error) {
	if decoder.err != nil {
		return nil, decoder.err
	}
	decoder.add(chunk)
	if !decoder.isWorthTrying() {
		return nil, nil
	}
	return decoder.convert(0)
}

// End returns the last messages of the stream, which has no more bytes. Errors are as for
// [EventDecoder.Decode]; to skip a refused event, call End again.
func (decoder *EventDecoder) End() ([][]byte, error) {
	if decoder.err != nil {
		return nil, decoder.err
	}
	return decoder.convert(flagLast)
}

// errEnded is returned by a decoder whose stream has ended.
var errEnded = errors.New("stepwire: the stream of events has ended")

// isWorthTrying returns whether an event may end in the new bytes, or whether so many bytes
// have arrived that comments are dropped and limits are checked. Without this, an event that
// arrives in many chunks would take quadratic time.
func (decoder *EventDecoder) isWorthTrying() bool {
	size := len(decoder.buffer) - decoder.done
	if decoder.isUntried || size >= 2*max(decoder.tried, readSize) {
		return true
	}
	ends, hasLine := decoder.search()
	if ends || !decoder.options.isLenient || !hasLine {
		return ends
	}
	return size <= smallEvent || size-decoder.tried >= decoder.tried/8
}

// search searches the bytes that were not searched. It returns whether there is a line that
// ends an event: a blank line, or, with lenient framing, one that may begin another event. It
// also returns whether a line ends at all.
func (decoder *EventDecoder) search() (ends, hasLine bool) {
	buffer := decoder.buffer
	for at := decoder.searched; at < len(buffer); at++ {
		if buffer[at] != '\n' && buffer[at] != '\r' {
			continue
		}
		line := buffer[decoder.line:at]
		decoder.line = at + 1
		if len(line) == 0 && buffer[at] == '\n' && at > decoder.done && buffer[at-1] == '\r' {
			// Both end the same line.
			continue
		}
		hasLine = true
		switch {
		case len(line) == 0:
			ends = true
		case bytes.HasPrefix(line, []byte("data")):
			decoder.hasData = true
		case !decoder.options.isLenient:
		case bytes.HasPrefix(line, []byte("event")), decoder.hasData && bytes.HasPrefix(line, []byte("id")):
			ends = true
		}
	}
	decoder.searched = len(buffer)
	return ends, hasLine
}

// add appends a chunk to the buffer.
func (decoder *EventDecoder) add(chunk []byte) {
	// Only if it moves fewer bytes than were converted, so that it takes linear time.
	if done := decoder.done; len(chunk) > 0 && done >= len(decoder.buffer)-done {
		decoder.buffer = decoder.buffer[:copy(decoder.buffer, decoder.buffer[done:])]
		decoder.searched = max(0, decoder.searched-done)
		decoder.line = max(0, decoder.line-done)
		decoder.done = 0
	}
	decoder.buffer = append(decoder.buffer, chunk...)
}

// convert converts what has arrived, up to the first event that is refused.
func (decoder *EventDecoder) convert(flags uint64) ([][]byte, error) {
	transcoder := decoder.transcoder
	instance, err := transcoder.pool.acquire()
	if err != nil {
		return nil, err
	}
	decoder.output = decoder.output[:0]
	var refused *EventError
	for isWhole := false; !isWhole && refused == nil && err == nil; {
		isWhole, refused, err = decoder.convertWindow(instance, flags)
	}
	transcoder.release(instance, err)
	if err != nil {
		decoder.end(err)
		return nil, err
	}
	decoder.split()
	// After a refused event, there may be others that are complete.
	decoder.isUntried = refused != nil
	if refused == nil {
		decoder.tried = len(decoder.buffer) - decoder.done
		decoder.searched, decoder.line, decoder.hasData = decoder.done, decoder.done, false
		decoder.search()
		if flags&flagLast != 0 {
			decoder.end(errEnded)
		}
		return decoder.messages, nil
	}
	if refused.IsLast {
		decoder.end(errEnded)
	}
	return decoder.messages, refused
}

// convertWindow converts the first bytes of what has arrived, as many as the window has. It
// returns whether these were all.
func (decoder *EventDecoder) convertWindow(instance *kernel, flags uint64) (bool, *EventError, error) {
	options := decoder.transcoder.options
	rest := decoder.buffer[decoder.done:]
	window := rest[:min(len(rest), decoder.window)]
	isWhole := len(window) == len(rest)
	if !isWhole {
		flags = 0
	}
	var result convertedEvents
	var err error
	decoder.output, result, err = instance.convertEvents(decoder.output, window, eventCall{
		function: instance.packEvents,
		maxDepth: options.maxDepth,
		maxBytes: decoder.options.maxBytes,
		refused:  modes[options.mode].refused,
		flags:    decoder.flags | flags,
	})
	if err != nil {
		return false, nil, err
	}
	if result.end > 0 {
		decoder.flags &^= flagFirst
		decoder.done += result.end
	}
	switch refused := result.refused; {
	case refused != nil:
		decoder.window = smallestWindow
		refused.Index += decoder.index
		decoder.index = refused.Index + 1
		return false, refused, nil
	case isWhole:
	case result.end == 0:
		decoder.window *= 2
	default:
		decoder.window = min(2*decoder.window, largestWindow)
	}
	decoder.index += result.events
	return isWhole, nil, nil
}

// split sets the messages to those of the output.
func (decoder *EventDecoder) split() {
	decoder.messages = decoder.messages[:0]
	for rest := decoder.output; len(rest) > 0; {
		var message []byte
		message, rest = splitMessages(rest)
		decoder.messages = append(decoder.messages, message)
	}
}

// end frees the buffer. All later calls return the error.
func (decoder *EventDecoder) end(err error) {
	decoder.err = err
	decoder.buffer, decoder.done = nil, 0
}

// DecodeEvents returns the messages of a stream of server-sent events, each as soon as its
// event has arrived. A message is valid until the next one. An error that is an
// [*EventError] is about one event: to skip it, go on. Other errors, such as those of the
// reader, end the sequence.
func (transcoder *Transcoder) DecodeEvents(source io.Reader, options ...EventOption) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		decoder, err := transcoder.NewEventDecoder(options...)
		if err != nil {
			yield(nil, err)
			return
		}
		chunk := make([]byte, readSize)
		for {
			size, readErr := readSome(source, chunk)
			if !decoder.deliver(chunk[:size], decoder.Decode, yield) {
				return
			}
			if readErr == io.EOF {
				decoder.deliver(nil, func([]byte) ([][]byte, error) { return decoder.End() }, yield)
				return
			}
			if readErr != nil {
				yield(nil, readErr)
				return
			}
		}
	}
}

// deliver yields all events of a chunk. It returns whether the stream goes on.
func (decoder *EventDecoder) deliver(
	chunk []byte, decode func([]byte) ([][]byte, error), yield func([]byte, error) bool,
) bool {
	for {
		messages, err := decode(chunk)
		for _, message := range messages {
			if !yield(message, nil) {
				return false
			}
		}
		if err == nil {
			return true
		}
		refused, isRefused := err.(*EventError)
		if !yield(nil, err) || !isRefused || refused.IsLast {
			return false
		}
		chunk = nil
	}
}

// DecodeEvents is like [Transcoder.DecodeEvents], but returns messages of the generated type,
// which is that of the transcoder.
func DecodeEvents[Event any, Pointer interface {
	*Event
	proto.Message
}](transcoder *Transcoder, source io.Reader, options ...EventOption) iter.Seq2[Pointer, error] {
	return func(yield func(Pointer, error) bool) {
		if err := transcoder.checkType(Pointer(new(Event))); err != nil {
			yield(nil, err)
			return
		}
		for message, err := range transcoder.DecodeEvents(source, options...) {
			var event Pointer
			if err == nil {
				event = new(Event)
				err = proto.Unmarshal(message, event)
			}
			if !yield(event, err) {
				return
			}
		}
	}
}
