package stepwire_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/stepwire/stepwire-go"
	_ "github.com/stepwire/stepwire-go/gen/stepwire/v1"
	"github.com/stepwire/stepwire-go/internal/vectors"
)

const pattern = "../conformance/vectors/*.json"

type violation struct {
	Modes   []string
	Code    stepwire.Code
	Pointer string
	Offset  *int
}

type vector struct {
	Name                string
	Schema              protoreflect.FullName
	JSON                *string
	JSONBase64          string
	Binary              *string
	FromBinary          *string
	RefuseUnknownFields bool
	Message             json.RawMessage
	Output              string
	Violations          []violation
	Limits              struct{ MaxDepth, MaxBytes int }
}

var modes = []stepwire.Mode{stepwire.Strict, stepwire.Preserve, stepwire.Archive}

// transcoderFor makes one transcoder for each schema and set of options.
func transcoderFor(t *testing.T, each *vector, mode stepwire.Mode) *stepwire.Transcoder {
	t.Helper()
	key := transcoderKey{each.Schema, mode, each.Limits, each.RefuseUnknownFields}
	if found := transcoders[key]; found != nil {
		return found
	}
	options := []stepwire.Option{stepwire.WithMode(mode)}
	if each.Limits.MaxDepth != 0 {
		options = append(options, stepwire.WithMaxDepth(each.Limits.MaxDepth))
	}
	if each.Limits.MaxBytes != 0 {
		options = append(options, stepwire.WithMaxBytes(each.Limits.MaxBytes))
	}
	if each.RefuseUnknownFields {
		options = append(options, stepwire.WithRefuseUnknownFields())
	}
	transcoder, err := stepwire.NewTranscoder(each.Schema, options...)
	if err != nil {
		t.Fatal(err)
	}
	transcoders[key] = transcoder
	return transcoder
}

type transcoderKey struct {
	schema        protoreflect.FullName
	mode          stepwire.Mode
	limits        struct{ MaxDepth, MaxBytes int }
	refuseUnknown bool
}

var transcoders = map[transcoderKey]*stepwire.Transcoder{}

func TestVectors(t *testing.T) {
	vectors.ForEach(t, pattern, func(t *testing.T, each *vector) {
		if each.FromBinary != nil {
			output, err := transcoderFor(t, each, stepwire.Preserve).ToJSON(fromHex(t, *each.FromBinary))
			check(t, each.Violations, output, err, []byte(each.Output))
			return
		}
		for _, mode := range modes {
			transcoder := transcoderFor(t, each, mode)
			binary, err := transcoder.ToBinary(document(t, each))
			refused := refusedIn(mode, each.Violations)
			check(t, refused, binary, err, expectedBinary(t, each))
			if len(refused) > 0 {
				continue
			}
			output, err := transcoder.ToJSON(binary)
			check(t, nil, output, err, []byte(each.Output))
		}
	})
}

func TestMessages(t *testing.T) {
	vectors.ForEach(t, pattern, func(t *testing.T, each *vector) {
		if each.Message == nil {
			return
		}
		binary := expectedBinary(t, each)
		if each.FromBinary != nil {
			binary = fromHex(t, *each.FromBinary)
		}
		message := parse(t, each.Schema, binary)
		checkMessage(t, message, each.Message)
		again, err := proto.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		checkMessage(t, parse(t, each.Schema, again), each.Message)
		// What the library writes is JSON again, of the same value.
		output, err := transcoderFor(t, each, stepwire.Preserve).ToJSON(again)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(value(t, output), value(t, []byte(each.Output))) {
			t.Errorf("the library's bytes give %s, not %s", output, each.Output)
		}
	})
}

func TestUnknownFieldsPassThroughMessages(t *testing.T) {
	found := 0
	vectors.ForEach(t, pattern, func(t *testing.T, each *vector) {
		if !each.RefuseUnknownFields {
			return
		}
		found++
		again, err := proto.Marshal(parse(t, each.Schema, fromHex(t, *each.FromBinary)))
		if err != nil {
			t.Fatal(err)
		}
		_, err = transcoderFor(t, each, stepwire.Preserve).ToJSON(again)
		var refusal *stepwire.Error
		if !errors.As(err, &refusal) {
			t.Errorf("the unknown fields are gone: %v", err)
		}
	})
	if found == 0 {
		t.Skip("no vector has unknown fields")
	}
}

// check compares a result with the violations, one of which a refusal has to be, or
// with the bytes.
func check(t *testing.T, violations []violation, result []byte, err error, expected []byte) {
	t.Helper()
	if len(violations) == 0 {
		if err != nil {
			t.Errorf("it is refused: %v", err)
		} else if !bytes.Equal(result, expected) {
			t.Errorf("got %q, not %q", result, expected)
		}
		return
	}
	var refusal *stepwire.Error
	if !errors.As(err, &refusal) {
		t.Errorf("it is not refused: %q, %v", result, err)
		return
	}
	for _, each := range violations {
		isPlace := each.Offset == nil || *each.Offset == refusal.Offset
		if each.Code == refusal.Code && each.Pointer == refusal.Pointer && isPlace {
			return
		}
	}
	t.Errorf("%v is none of the %d violations", refusal, len(violations))
}

func refusedIn(mode stepwire.Mode, violations []violation) []violation {
	var refused []violation
	for _, each := range violations {
		for _, name := range each.Modes {
			if name == mode.String() {
				refused = append(refused, each)
			}
		}
	}
	return refused
}

func document(t *testing.T, each *vector) []byte {
	t.Helper()
	if each.JSON != nil {
		return []byte(*each.JSON)
	}
	decoded, err := base64.StdEncoding.DecodeString(each.JSONBase64)
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

func expectedBinary(t *testing.T, each *vector) []byte {
	t.Helper()
	if each.Binary == nil {
		return nil
	}
	return fromHex(t, *each.Binary)
}

func fromHex(t *testing.T, digits string) []byte {
	t.Helper()
	decoded, err := hex.DecodeString(digits)
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

func parse(t *testing.T, schema protoreflect.FullName, binary []byte) proto.Message {
	t.Helper()
	messageType, err := protoregistry.GlobalTypes.FindMessageByName(schema)
	if err != nil {
		t.Fatal(err)
	}
	message := messageType.New().Interface()
	if err := proto.Unmarshal(binary, message); err != nil {
		t.Fatal(err)
	}
	return message
}

func checkMessage(t *testing.T, message proto.Message, expected []byte) {
	t.Helper()
	text, err := protojson.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(value(t, text), value(t, expected)) {
		t.Errorf("the message is %s, not %s", text, expected)
	}
}

// value reads JSON to compare it: numbers by the double that they are nearest to, or
// by their digits where that is infinite.
func value(t *testing.T, text []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var read any
	if err := decoder.Decode(&read); err != nil {
		t.Fatal(err)
	}
	return withDoubles(read)
}

func withDoubles(read any) any {
	switch typed := read.(type) {
	case json.Number:
		if double, err := strconv.ParseFloat(string(typed), 64); err == nil {
			return double
		}
	case []any:
		for i := range typed {
			typed[i] = withDoubles(typed[i])
		}
	case map[string]any:
		for name := range typed {
			typed[name] = withDoubles(typed[name])
		}
	}
	return read
}
