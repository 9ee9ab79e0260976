package stepwire

import (
	"errors"
	"io"
	"iter"

	"google.golang.org/protobuf/proto"
)

// EventDecoder converts the bytes of a stream of server-sent events to binary messages. It
// is for one stream, and for one goroutine at a time. To read from an [io.Reader], use
// [DecodeEvents] or [Transcoder.DecodeEvents] instead.
type EventDecoder struct {
	transcoder *Transcoder
	options    eventOptions
	// buffer has what has arrived and is not converted.
	buffer []byte
	// searched is the size of the part of the buffer in which no event ends.
	searched int
	// tried is the size of the buffer at the last call of the kernel.
	tried int
	flags uint64
	index int64
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
	return &EventDecoder{transcoder: transcoder, options: resolved, flags: flags}, nil
}

// Decode returns the messages of the events that are complete with the next bytes of the
// stream. They are valid until the next call. The error is an [*EventError] if an event was
// refused; the messages of the events before it are returned too. To skip that event, call
// Decode again, if only with nil.
func (decoder *EventDecoder) Decode(chunk []byte) ([][]byte, error) {
	if decoder.err != nil {
		return nil, decoder.err
	}
	decoder.buffer = append(decoder.buffer, chunk...)
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

// isWorthTrying returns whether an event ends in the new bytes, or whether so many bytes have
// arrived that comments are dropped and limits are checked. Without this, an event that
// arrives in many chunks would take quadratic time.
func (decoder *EventDecoder) isWorthTrying() bool {
	buffer := decoder.buffer
	// An event ends with a blank line; the byte before may end the line before it.
	found := false
	for at := max(decoder.searched, 1); at < len(buffer) && !found; at++ {
		if buffer[at] == '\n' || buffer[at] == '\r' {
			before := buffer[at-1]
			found = decoder.options.isLenient ||
				before == '\n' || before == '\r' && buffer[at] == '\r'
		}
	}
	decoder.searched = len(buffer)
	return found || len(buffer) >= 2*max(decoder.tried, readSize)
}

// convert converts what has arrived.
func (decoder *EventDecoder) convert(flags uint64) ([][]byte, error) {
	transcoder := decoder.transcoder
	instance, err := transcoder.pool.acquire()
	if err != nil {
		return nil, err
	}
	flags |= decoder.flags
	var result convertedEvents
	decoder.output, result, err = instance.convertEvents(decoder.output[:0], decoder.buffer, eventCall{
		function: instance.packEvents,
		maxDepth: transcoder.options.maxDepth,
		maxBytes: decoder.options.maxBytes,
		refused:  modes[transcoder.options.mode].refused,
		flags:    flags,
	})
	transcoder.release(instance, err)
	if err != nil {
		decoder.end(err)
		return nil, err
	}
	decoder.split()
	if result.end > 0 {
		decoder.flags &^= flagFirst
		decoder.buffer = decoder.buffer[:copy(decoder.buffer, decoder.buffer[result.end:])]
	}
	decoder.tried = len(decoder.buffer)
	refused := result.refused
	if refused == nil {
		decoder.index += result.events
		if flags&flagLast != 0 {
			decoder.end(errEnded)
		}
		return decoder.messages, nil
	}
	refused.Index += decoder.index
	decoder.index = refused.Index + 1
	// There may be other events after it.
	decoder.searched = 0
	if refused.IsLast {
		decoder.end(errEnded)
	}
	return decoder.messages, refused
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
	decoder.buffer = nil
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
