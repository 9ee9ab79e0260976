package stepwire

import (
	"encoding/binary"
	"io"

	"google.golang.org/protobuf/proto"
)

// EventEncoder writes binary messages as server-sent events. It is for one goroutine at a
// time.
type EventEncoder struct {
	transcoder *Transcoder
	options    eventOptions
	dst        io.Writer
	index      int64
	input      []byte
	output     []byte
}

// NewEventEncoder returns an encoder that writes to dst. The transcoder's type must be that of
// an event, such as acme.v1.JobEvent.
func (transcoder *Transcoder) NewEventEncoder(dst io.Writer, options ...EventOption) (*EventEncoder, error) {
	resolved, err := resolveEvents(options)
	if err != nil {
		return nil, err
	}
	return &EventEncoder{transcoder: transcoder, options: resolved, dst: dst}, nil
}

// Write writes events, all of them in one call of the destination's Write. The error is an
// [*EventError] if a message was refused. The events before it are written, those after it
// are not.
func (encoder *EventEncoder) Write(messages ...[]byte) error {
	encoder.input = encoder.input[:0]
	for _, message := range messages {
		encoder.input = binary.AppendUvarint(encoder.input, uint64(len(message)))
		encoder.input = append(encoder.input, message...)
	}
	return encoder.convert()
}

// WriteMessages is like [EventEncoder.Write], for messages of the generated type.
func (encoder *EventEncoder) WriteMessages(messages ...proto.Message) error {
	encoder.input = encoder.input[:0]
	for _, message := range messages {
		if err := encoder.transcoder.checkType(message); err != nil {
			return err
		}
		options := proto.MarshalOptions{}
		encoder.input = binary.AppendUvarint(encoder.input, uint64(options.Size(message)))
		options.UseCachedSize = true
		var err error
		if encoder.input, err = options.MarshalAppend(encoder.input, message); err != nil {
			return err
		}
	}
	return encoder.convert()
}

// convert writes the messages of the input.
func (encoder *EventEncoder) convert() error {
	transcoder := encoder.transcoder
	instance, err := transcoder.pool.acquire()
	if err != nil {
		return err
	}
	var result convertedEvents
	encoder.output, result, err = instance.convertEvents(encoder.output[:0], encoder.input, eventCall{
		function: instance.unpackEvents,
		maxDepth: transcoder.options.maxDepth,
		maxBytes: encoder.options.maxBytes,
		refused:  transcoder.options.refusedBinary(),
		flags:    flagLast,
	})
	transcoder.release(instance, err)
	if err != nil {
		return err
	}
	if len(encoder.output) > 0 {
		if _, err := encoder.dst.Write(encoder.output); err != nil {
			return err
		}
	}
	encoder.index += result.events
	if result.refused != nil {
		result.refused.Index = encoder.index
		encoder.index++
		return result.refused
	}
	return nil
}
