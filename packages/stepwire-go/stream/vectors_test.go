package stream_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/iotest"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	_ "github.com/stepwire/stepwire-go/gen/stepwire/chat/v1"
	_ "github.com/stepwire/stepwire-go/gen/stepwire/v1"
	"github.com/stepwire/stepwire-go/internal/vectors"
	"github.com/stepwire/stepwire-go/stream"
)

const pattern = "../../conformance/vectors/streams/*.json"

type vector struct {
	Name     string
	Stream   hexBytes
	Encoding stream.Encoding
	Options  struct {
		FirstNumber                                               *uint64
		MaxEventBytes, MaxStateBytes, MaxBlockBytes, MaxExpansion *int
	}
	Events []vectorEvent
	Error  *struct {
		Code   stream.Code
		Offset *int64
		Event  *uint64
	}
	Failure *hexBytes
	Schema  protoreflect.FullName
	Blocks  []int
}

type hexBytes []byte

func (value *hexBytes) UnmarshalText(text []byte) (err error) {
	*value, err = hex.DecodeString(string(text))
	return err
}

type vectorEvent struct {
	number uint64
	bytes  hexBytes
}

func (event *vectorEvent) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&event.number, &event.bytes})
}

func (each *vector) options() []stream.Option {
	var options []stream.Option
	if each.Encoding != "" {
		options = append(options, stream.WithEncoding(each.Encoding))
	}
	given := each.Options
	if given.FirstNumber != nil {
		options = append(options, stream.WithFirstNumber(*given.FirstNumber))
	}
	if given.MaxEventBytes != nil {
		options = append(options, stream.WithMaxEventBytes(*given.MaxEventBytes))
	}
	if given.MaxStateBytes != nil {
		options = append(options, stream.WithMaxStateBytes(*given.MaxStateBytes))
	}
	if given.MaxExpansion != nil {
		options = append(options, stream.WithMaxExpansion(*given.MaxExpansion, *given.MaxBlockBytes))
	}
	return options
}

func TestReaderReadsVectors(t *testing.T) {
	vectors.ForEach(t, pattern, func(t *testing.T, each *vector) {
		checkRead(t, each, bytes.NewReader(each.Stream), false)
		checkRead(t, each, iotest.OneByteReader(bytes.NewReader(each.Stream)), true)
		checkRead(t, each, iotest.DataErrReader(bytes.NewReader(each.Stream)), false)
	})
}

func checkRead(t *testing.T, each *vector, source io.Reader, isByteByByte bool) {
	t.Helper()
	var events []vectorEvent
	var failed error
	for event, err := range stream.Read(source, each.options()...) {
		if err != nil {
			failed = err
			break
		}
		events = append(events, vectorEvent{event.Number, event.Bytes})
	}
	expected := each.Events
	// Byte by byte, less input has arrived when an event is compared with it.
	isSooner := isByteByByte && each.Error != nil && each.Error.Code == stream.ExpandsTooMuch
	if isSooner && len(events) < len(expected) {
		expected = expected[:len(events)]
	}
	if fmt.Sprint(events) != fmt.Sprint(expected) {
		t.Errorf("the events are %x, not %x", events, expected)
	}
	var malformed *stream.Error
	var failure *stream.Failure
	switch {
	case each.Error != nil:
		if !errors.As(failed, &malformed) || malformed.Code != each.Error.Code {
			t.Fatalf("the error is %v, not %v", failed, each.Error.Code)
		}
		if offset := each.Error.Offset; offset != nil && *offset != malformed.Offset && !isSooner {
			t.Errorf("the offset is %d, not %d", malformed.Offset, *offset)
		}
		if event := each.Error.Event; event != nil && *event != malformed.Event && !isSooner {
			t.Errorf("the event is %d, not %d", malformed.Event, *event)
		}
		if malformed.Expected == "" || malformed.Found == "" {
			t.Errorf("%q says too little", malformed)
		}
	case each.Failure != nil:
		if !errors.As(failed, &failure) || !bytes.Equal(failure.Detail, *each.Failure) {
			t.Errorf("the error is %v, not the failure %x", failed, *each.Failure)
		}
	case failed != nil:
		t.Errorf("it is refused: %v", failed)
	}
}

func TestWriterWritesVectors(t *testing.T) {
	vectors.ForEach(t, pattern, func(t *testing.T, each *vector) {
		if each.Schema == "" {
			return
		}
		if written := write(t, each, stream.Identity); !bytes.Equal(written, each.Stream) {
			t.Errorf("written is %x, not %x", written, each.Stream)
		}
		for _, encoding := range []stream.Encoding{stream.Gzip, stream.Zstd} {
			compressed := *each
			compressed.Encoding = encoding
			compressed.Stream = write(t, each, encoding)
			checkRead(t, &compressed, bytes.NewReader(compressed.Stream), false)
			checkRead(t, &compressed, iotest.OneByteReader(bytes.NewReader(compressed.Stream)), false)
		}
	})
}

func write(t *testing.T, each *vector, encoding stream.Encoding) []byte {
	t.Helper()
	schema, err := protoregistry.GlobalTypes.FindMessageByName(each.Schema)
	if err != nil {
		t.Fatal(err)
	}
	options := []stream.Option{stream.WithEncoding(encoding)}
	if len(each.Events) > 0 {
		options = append(options, stream.WithFirstNumber(each.Events[0].number))
	}
	var written bytes.Buffer
	writer, err := stream.NewWriter(&written, schema.Descriptor(), options...)
	if err != nil {
		t.Fatal(err)
	}
	rest := each.Events
	for _, size := range each.Blocks {
		block := make([][]byte, size)
		for index := range block {
			block[index] = rest[index].bytes
		}
		number := writer.Number()
		if size > 0 {
			number = rest[0].number
		}
		if err := writer.WriteFrom(number, block...); err != nil {
			t.Fatal(err)
		}
		rest = rest[size:]
	}
	if err := writer.End(); err != nil {
		t.Fatal(err)
	}
	return written.Bytes()
}
