package stepwire_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/stepwire/stepwire-go"
	"github.com/stepwire/stepwire-go/internal/vectors"
)

const eventPattern = "../conformance/vectors/sse/*.json"

type eventVector struct {
	Name      string
	Schema    protoreflect.FullName
	SSE       *string
	SSEBase64 string
	Options   struct {
		Mode          string
		Framing       string
		MaxEventBytes int
		MaxDepth      int
	}
	Events   []string
	Refusals []struct {
		Event      int64
		Violations []violation
	}
	IsBroken   bool
	Written    *string
	Event      *string
	Violations []violation
}

func (each *eventVector) sse(t *testing.T) []byte {
	if each.SSE != nil {
		return []byte(*each.SSE)
	}
	decoded, err := base64.StdEncoding.DecodeString(each.SSEBase64)
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

// open returns the transcoder and the options of a case.
func (each *eventVector) open(t *testing.T) (*stepwire.Transcoder, []stepwire.EventOption) {
	mode := stepwire.Preserve
	for _, known := range modes {
		if known.String() == each.Options.Mode {
			mode = known
		}
	}
	transcoder := transcoderFor(t, &vector{
		Schema: each.Schema,
		Limits: struct{ MaxDepth, MaxBytes int }{each.Options.MaxDepth, 0},
	}, mode)
	var options []stepwire.EventOption
	if each.Options.Framing == "lenient" {
		options = append(options, stepwire.WithLenientFraming())
	}
	if each.Options.MaxEventBytes != 0 {
		options = append(options, stepwire.WithMaxEventBytes(each.Options.MaxEventBytes))
	}
	return transcoder, options
}

func TestEventVectors(t *testing.T) {
	vectors.ForEach(t, eventPattern, func(t *testing.T, each *eventVector) {
		if each.Event != nil {
			writeVector(t, each)
		} else {
			readVector(t, each)
		}
	})
}

// readVector reads the stream of a case, and writes it again.
func readVector(t *testing.T, each *eventVector) {
	transcoder, options := each.open(t)
	stream := each.sse(t)
	for name, open := range readers {
		var events []string
		var messages [][]byte
		var refusals []*stepwire.EventError
		for message, err := range transcoder.DecodeEvents(open(stream), options...) {
			refused, isRefused := err.(*stepwire.EventError)
			switch {
			case isRefused:
				refusals = append(refusals, refused)
			case err != nil:
				t.Fatalf("%s: %v", name, err)
			default:
				messages = append(messages, bytes.Clone(message))
				events = append(events, fmt.Sprintf("%x", message))
			}
		}
		if !slices.Equal(events, each.Events) {
			t.Errorf("%s: got %v", name, events)
		}
		if len(refusals) != len(each.Refusals) {
			t.Fatalf("%s: refused %v", name, refusals)
		}
		for index, expected := range each.Refusals {
			found := refusals[index]
			isLast := each.IsBroken && index == len(refusals)-1
			if found.Index != expected.Event || found.IsLast != isLast || !isOneOf(found.Err, expected.Violations) {
				t.Errorf("%s: refused %v, and not as %+v", name, found, expected)
			}
		}
		expected := string(stream)
		if each.Written != nil {
			expected = *each.Written
		}
		var written strings.Builder
		encoder, err := transcoder.NewEventEncoder(&written)
		if err != nil {
			t.Fatal(err)
		}
		if err := encoder.Write(messages...); err != nil || written.String() != expected {
			t.Errorf("%s: wrote %q, %v", name, written.String(), err)
		}
	}
}

// writeVector writes the event of a case.
func writeVector(t *testing.T, each *eventVector) {
	transcoder, options := each.open(t)
	var written strings.Builder
	encoder, err := transcoder.NewEventEncoder(&written, options...)
	if err != nil {
		t.Fatal(err)
	}
	err = encoder.Write(fromHex(t, *each.Event))
	if len(each.Violations) == 0 {
		if err != nil || written.String() != *each.Written {
			t.Errorf("wrote %q, %v", written.String(), err)
		}
		return
	}
	refused, isRefused := err.(*stepwire.EventError)
	if !isRefused || !isOneOf(refused.Err, each.Violations) {
		t.Errorf("got %v, and none of %+v", err, each.Violations)
	}
}

func isOneOf(found *stepwire.Error, violations []violation) bool {
	return slices.ContainsFunc(violations, func(each violation) bool {
		isPlace := each.Offset == nil || *each.Offset == found.Offset
		return each.Code == found.Code && each.Pointer == found.Pointer && isPlace
	})
}
