package stepwire_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"
	"testing/iotest"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/stepwire/stepwire-go"
	"github.com/stepwire/stepwire-go/internal/vectors"
)

// readers are ways in which an input may arrive.
var readers = map[string]func(input []byte) io.Reader{
	"at once":  func(input []byte) io.Reader { return bytes.NewReader(input) },
	"by bytes": func(input []byte) io.Reader { return iotest.OneByteReader(bytes.NewReader(input)) },
	"with EOF": func(input []byte) io.Reader { return iotest.DataErrReader(bytes.NewReader(input)) },
	"by half":  func(input []byte) io.Reader { return iotest.HalfReader(bytes.NewReader(input)) },
}

// delimited returns messages, each after its size.
func delimited(messages ...string) []byte {
	var output []byte
	for _, message := range messages {
		output = binary.AppendUvarint(output, uint64(len(message)))
		output = append(output, message...)
	}
	return output
}

// describe returns the place and the code of a refused document.
func describe(refused *stepwire.LineError) string {
	return fmt.Sprintf("%d %d %d %s %d", refused.Index, refused.Start, refused.End, refused.Err.Code, refused.Err.Offset)
}

func TestLines(t *testing.T) {
	transcoder := newTranscoder(t, creation)
	const large = 3 << 20
	lines := "{\"message_id\":\"a\"}\r\n\n  \n" +
		"{\"message_id\":\"" + strings.Repeat("x", large) + "\"}\n" +
		"{\"message_id\":\"b\"}"
	length := string(binary.AppendUvarint(nil, large))
	packed := delimited("\n\x01a", "\n"+length+strings.Repeat("x", large), "\n\x01b")
	canonical := "{\"message_id\":\"a\"}\n{\"message_id\":\"" + strings.Repeat("x", large) + "\"}\n" +
		"{\"message_id\":\"b\"}\n"

	output, err := transcoder.AppendPackedLines([]byte("<"), []byte(lines))
	if err != nil || !bytes.Equal(output[1:], packed) {
		t.Errorf("packing: %v", err)
	}
	output, err = transcoder.AppendUnpackedLines([]byte("<"), packed)
	if err != nil || string(output[1:]) != canonical {
		t.Errorf("unpacking: %v", err)
	}
	for name, open := range readers {
		var output bytes.Buffer
		err := transcoder.PackLinesTo(&output, open([]byte(lines)))
		if err != nil || !bytes.Equal(output.Bytes(), packed) {
			t.Errorf("packing %s: %v", name, err)
		}
		output.Reset()
		err = transcoder.UnpackLinesTo(&output, open(packed))
		if err != nil || output.String() != canonical {
			t.Errorf("unpacking %s: %v", name, err)
		}
	}
}

func TestEmptyBatches(t *testing.T) {
	transcoder := newTranscoder(t, creation)
	for _, lines := range []string{"", "\n", "\n\n "} {
		output, err := transcoder.PackLines([]byte(lines))
		if err != nil || len(output) > 0 {
			t.Errorf("%q: got %q, %v", lines, output, err)
		}
	}
	if output, err := transcoder.UnpackLines(nil); err != nil || len(output) > 0 {
		t.Errorf("got %q, %v", output, err)
	}
}

// refusals are inputs with refused documents; maxBytes is 32.
var refusals = []struct {
	name             string
	isPacking        bool
	input, output    string
	refused          []string
	isTheRestUnknown bool
}{
	{
		name: "lines", isPacking: true,
		input:   "{\"message_id\":\"a\"}\n\n{\"message_id\":1}\n{}\n{\"message_id\":\"b\"}\n{\"me",
		output:  string(delimited("\n\x01a", "\n\x01b")),
		refused: []string{"2 20 37 wrong_type 14", "3 37 40 missing_member 0", "5 59 63 not_json 4"},
	},
	{
		name: "large lines", isPacking: true,
		input:   "{\"message_id\":\"" + strings.Repeat("x", 100) + "\"}\n{\"message_id\":\"b\"}\n",
		output:  string(delimited("\n\x01b")),
		refused: []string{"0 0 118 too_large 0"},
	},
	{
		name: "a large last line", isPacking: true,
		input:   "{\"message_id\":\"b\"}\n{" + strings.Repeat("x", 100),
		output:  string(delimited("\n\x01b")),
		refused: []string{"1 19 120 too_large 0"},
	},
	{
		name:    "messages",
		input:   string(delimited("\n\x01a", "\xff", "", "\n\x01b")),
		output:  "{\"message_id\":\"a\"}\n{\"message_id\":\"\"}\n{\"message_id\":\"b\"}\n",
		refused: []string{"1 4 6 malformed_binary 0"},
	},
	{
		name:    "large messages",
		input:   string(delimited("\n\x01a", "\n\x63"+strings.Repeat("x", 99), "\n\x01b")),
		output:  "{\"message_id\":\"a\"}\n{\"message_id\":\"b\"}\n",
		refused: []string{"1 4 106 too_large 0"},
	},
	{
		name:    "a message that is cut off",
		input:   string(delimited("\n\x01a")) + "\x05\n",
		output:  "{\"message_id\":\"a\"}\n",
		refused: []string{"1 4 10 malformed_binary 0"},
	},
	{
		name:    "a size that is cut off",
		input:   string(delimited("\n\x01a")) + "\x80",
		output:  "{\"message_id\":\"a\"}\n",
		refused: []string{"1 4 -1 malformed_binary 0"}, isTheRestUnknown: true,
	},
	{
		name:    "a size that is not a number",
		input:   string(delimited("\n\x01a")) + strings.Repeat("\xff", 11) + string(delimited("\n\x01b")),
		output:  "{\"message_id\":\"a\"}\n",
		refused: []string{"1 4 -1 malformed_binary 0"}, isTheRestUnknown: true,
	},
}

func TestRefusedDocuments(t *testing.T) {
	transcoder := newTranscoder(t, creation, stepwire.WithMaxBytes(32))
	for _, each := range refusals {
		t.Run(each.name, func(t *testing.T) {
			convert, sequence := transcoder.UnpackLines, transcoder.UnpackedLines
			convertTo := transcoder.UnpackLinesTo
			if each.isPacking {
				convert, sequence = transcoder.PackLines, transcoder.PackedLines
				convertTo = transcoder.PackLinesTo
			}
			check := func(name string, output []byte, refused []string, err error) {
				t.Helper()
				if (err != nil) != each.isTheRestUnknown {
					t.Errorf("%s: %v", name, err)
				}
				if string(output) != each.output {
					t.Errorf("%s: got %q", name, output)
				}
				if fmt.Sprint(refused) != fmt.Sprint(each.refused) {
					t.Errorf("%s: got %q", name, refused)
				}
			}
			var refused []string
			skipping := stepwire.WithSkipped(func(line *stepwire.LineError) {
				refused = append(refused, describe(line))
			})

			output, err := convert([]byte(each.input), skipping)
			check("the slice", output, refused, err)
			for name, open := range readers {
				refused = nil
				var output bytes.Buffer
				err := convertTo(&output, open([]byte(each.input)), skipping)
				check(name, output.Bytes(), refused, err)

				documents, refused, err := collect(sequence(open([]byte(each.input))), each.isPacking)
				if each.isTheRestUnknown {
					err = errors.New("the sequence has ended")
				}
				check("the sequence "+name, documents, refused, err)
			}

			output, err = convert([]byte(each.input))
			var first *stepwire.LineError
			if !errors.As(err, &first) || describe(first) != each.refused[0] {
				t.Errorf("without an option: %v", err)
			}
			if !strings.HasPrefix(each.output, string(output)) {
				t.Errorf("without an option: got %q", output)
			}
		})
	}
}

// collect returns all documents of a sequence in one piece, and the refused ones.
func collect(sequence iter.Seq2[[]byte, error], isPacking bool) ([]byte, []string, error) {
	var documents []byte
	var refused []string
	for document, err := range sequence {
		line, isRefused := err.(*stepwire.LineError)
		switch {
		case isRefused:
			refused = append(refused, describe(line))
		case err != nil:
			return documents, refused, err
		case isPacking:
			documents = append(binary.AppendUvarint(documents, uint64(len(document))), document...)
		default:
			documents = append(append(documents, document...), '\n')
		}
	}
	return documents, refused, nil
}

func TestSequencesEnd(t *testing.T) {
	transcoder := newTranscoder(t, creation)
	lines := strings.Repeat("{\"message_id\":\"a\"}\n", 3)
	for range transcoder.PackedLines(strings.NewReader(lines)) {
		break
	}
	failure := errors.New("the connection is lost")
	input := io.MultiReader(strings.NewReader(lines+"{"), iotest.ErrReader(failure))
	count := 0
	for _, err := range transcoder.PackedLines(input) {
		if count++; count == 4 {
			if err != failure {
				t.Errorf("got %v", err)
			}
		} else if err != nil {
			t.Error(err)
		}
	}
	if count != 4 {
		t.Errorf("there are %d documents", count)
	}
	transcoder.Close()
	for _, err := range transcoder.PackedLines(strings.NewReader(lines)) {
		if err != stepwire.ErrClosed {
			t.Errorf("got %v", err)
		}
	}
}

// A document is returned while the next one has not arrived.
func TestLinesDoNotWait(t *testing.T) {
	transcoder := newTranscoder(t, creation)
	reader, writer := io.Pipe()
	defer writer.Close()
	go func() { _, _ = writer.Write([]byte("{\"message_id\":\"a\"}\n{")) }()
	for message, err := range transcoder.PackedLines(reader) {
		if err != nil || string(message) != "\n\x01a" {
			t.Errorf("got %q, %v", message, err)
		}
		break
	}
}

// The vectors of a schema as a batch.
func TestVectorsAsLines(t *testing.T) {
	lines := map[protoreflect.FullName][]byte{}
	packed := map[protoreflect.FullName][]byte{}
	canonical := map[protoreflect.FullName][]byte{}
	vectors.ForEach(t, pattern, func(t *testing.T, each *vector) {
		isLimited := each.Limits.MaxDepth != 0 || each.Limits.MaxBytes != 0
		if each.Binary == nil || isLimited || len(refusedIn(stepwire.Preserve, each.Violations)) > 0 {
			return
		}
		if text := document(t, each); !bytes.ContainsRune(text, '\n') {
			lines[each.Schema] = append(append(lines[each.Schema], text...), '\n')
			packed[each.Schema] = append(packed[each.Schema], delimited(string(expectedBinary(t, each)))...)
			canonical[each.Schema] = append(append(canonical[each.Schema], each.Output...), '\n')
		}
	})
	for schema := range lines {
		transcoder := newTranscoder(t, schema)
		output, err := transcoder.PackLines(lines[schema])
		if err != nil || !bytes.Equal(output, packed[schema]) {
			t.Errorf("packing %s: %v", schema, err)
		}
		output, err = transcoder.UnpackLines(packed[schema])
		if err != nil || !bytes.Equal(output, canonical[schema]) {
			t.Errorf("unpacking %s: %v", schema, err)
		}
	}
}

func BenchmarkPackLines(b *testing.B) {
	benchmarkLines(b, func(transcoder *stepwire.Transcoder, buffer, lines, _ []byte) error {
		_, err := transcoder.AppendPackedLines(buffer, lines)
		return err
	})
}

func BenchmarkUnpackLines(b *testing.B) {
	benchmarkLines(b, func(transcoder *stepwire.Transcoder, buffer, _, messages []byte) error {
		_, err := transcoder.AppendUnpackedLines(buffer, messages)
		return err
	})
}

func BenchmarkPackLinesTo(b *testing.B) {
	benchmarkLines(b, func(transcoder *stepwire.Transcoder, _, lines, _ []byte) error {
		return transcoder.PackLinesTo(io.Discard, bytes.NewReader(lines))
	})
}

func BenchmarkUnpackedLines(b *testing.B) {
	benchmarkLines(b, func(transcoder *stepwire.Transcoder, _, _, messages []byte) error {
		for _, err := range transcoder.UnpackedLines(bytes.NewReader(messages)) {
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func benchmarkLines(b *testing.B, call func(_ *stepwire.Transcoder, buffer, lines, messages []byte) error) {
	transcoder, err := stepwire.NewTranscoder("stepwire.v1.RunStep")
	if err != nil {
		b.Fatal(err)
	}
	defer transcoder.Close()
	lines := []byte(strings.Repeat(runStep+"\n", 8000))
	messages, err := transcoder.PackLines(lines)
	if err != nil {
		b.Fatal(err)
	}
	buffer := make([]byte, 0, len(lines))
	b.SetBytes(int64(len(lines)))
	b.ReportAllocs()
	for b.Loop() {
		if err := call(transcoder, buffer, lines, messages); err != nil {
			b.Fatal(err)
		}
	}
}
