package archive

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"reflect"
	"testing"
	"testing/iotest"

	"github.com/stepwire/stepwire-go/internal/vectors"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const pattern = "../../conformance/vectors/archives/*.json"

type vector struct {
	Name    string
	Archive hexBytes
	Type    *string
	Options struct{ MaxBytes, MaxBlockBytes int }
	// Documents are what a reader returns.
	Documents []hexBytes
	Error     *struct {
		Code     Code
		Offset   int64
		Document int64
	}
	Recovered *struct {
		Documents [][2]any
		Lost      []lost
	}
	ID     hexBytes
	Blocks []int
}

type lost struct {
	Code       Code
	Start, End int64
	First      int64
	Last       *int64
}

type hexBytes []byte

func (data *hexBytes) UnmarshalText(text []byte) (err error) {
	*data, err = hex.DecodeString(string(text))
	return err
}

// chunks are ways in which an archive may arrive.
func chunks(archive []byte) map[string]io.Reader {
	return map[string]io.Reader{
		"at once":  bytes.NewReader(archive),
		"by bytes": iotest.OneByteReader(bytes.NewReader(archive)),
		"with EOF": iotest.DataErrReader(bytes.NewReader(archive)),
	}
}

func (vector *vector) options() []ReadOption {
	var options []ReadOption
	if vector.Options.MaxBytes != 0 {
		options = append(options, WithMaxBytes(vector.Options.MaxBytes))
	}
	if vector.Options.MaxBlockBytes != 0 {
		options = append(options, WithMaxBlockBytes(vector.Options.MaxBlockBytes))
	}
	return options
}

func TestVectors(t *testing.T) {
	vectors.ForEach(t, pattern, func(t *testing.T, each *vector) {
		for name, source := range chunks(each.Archive) {
			var found []hexBytes
			var failure error
			for document, err := range Read(source, each.options()...) {
				if err != nil {
					failure = err
					continue
				}
				found = append(found, bytes.Clone(document.Bytes))
				if document.Number != int64(len(found)) {
					t.Errorf("%s: document %d has the number %d", name, len(found), document.Number)
				}
				if each.Type != nil && len(found) == 1 && document.Type != *each.Type {
					t.Errorf("%s: the type is %q", name, document.Type)
				}
			}
			if fmt.Sprintf("%x", found) != fmt.Sprintf("%x", each.Documents) {
				t.Errorf("%s: got %x", name, found)
			}
			damage, isDamage := failure.(*Error)
			switch {
			case each.Error == nil && failure != nil, each.Error != nil && !isDamage:
				t.Errorf("%s: got the error %v", name, failure)
			case isDamage && (damage.Code != each.Error.Code || damage.Offset != each.Error.Offset ||
				damage.Document != each.Error.Document):
				t.Errorf("%s: got the error %v", name, failure)
			}
		}
	})
}

func TestRecovery(t *testing.T) {
	vectors.ForEach(t, pattern, func(t *testing.T, each *vector) {
		if each.Recovered == nil {
			return
		}
		for name, source := range chunks(each.Archive) {
			var damages []lost
			options := append(each.options(), WithRecovery(func(damage Damage) {
				found := lost{damage.Err.Code, damage.Start, damage.End, damage.First, &damage.Last}
				if damage.Last < 0 {
					found.Last = nil
				}
				damages = append(damages, found)
			}))
			var found [][2]any
			for document, err := range Read(source, options...) {
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				found = append(found, [2]any{float64(document.Number), hex.EncodeToString(document.Bytes)})
			}
			if len(found)+len(each.Recovered.Documents) > 0 && !reflect.DeepEqual(found, each.Recovered.Documents) {
				t.Errorf("%s: got %v", name, found)
			}
			if !reflect.DeepEqual(damages, each.Recovered.Lost) {
				t.Errorf("%s: lost %+v", name, damages)
			}
		}
	})
}

func TestWriter(t *testing.T) {
	vectors.ForEach(t, pattern, func(t *testing.T, each *vector) {
		if each.ID == nil {
			return
		}
		withID := func(options *writeOptions) { options.id, options.hasID = identifier(each.ID), true }
		var output bytes.Buffer
		writer, err := NewWriter(&output, protoreflect.FullName(*each.Type), withID)
		if err != nil {
			t.Fatal(err)
		}
		documents := each.Documents
		for _, count := range each.Blocks {
			for _, document := range documents[:count] {
				if err := writer.Write(document); err != nil {
					t.Fatal(err)
				}
			}
			documents = documents[count:]
			if err := writer.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		if err := writer.Close(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(output.Bytes(), each.Archive) {
			t.Errorf("got %x", output.Bytes())
		}
	})
}
