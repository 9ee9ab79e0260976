package archive_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/stepwire/stepwire-go/archive"
)

// write returns an archive of some documents.
func write(t *testing.T, documents [][]byte, options ...archive.WriteOption) []byte {
	t.Helper()
	var output bytes.Buffer
	writer, err := archive.NewWriter(&output, "a.B", options...)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(writer.Write(documents...), writer.Close()); err != nil {
		t.Fatal(err)
	}
	if err := writer.Write(nil); err != archive.ErrEnded {
		t.Errorf("writing after the end: %v", err)
	}
	return output.Bytes()
}

func someDocuments(count int) [][]byte {
	documents := make([][]byte, count)
	for index := range documents {
		documents[index] = []byte(fmt.Sprintf("document %d %s", index, strings.Repeat("x", index%100)))
	}
	return documents
}

func TestWrittenArchives(t *testing.T) {
	documents := someDocuments(1000)
	plain := write(t, documents, archive.WithBlockBytes(1000))
	compressed := write(t, documents, archive.WithBlockBytes(1000), archive.WithZstd())
	if len(compressed) >= len(plain)/2 {
		t.Errorf("%d bytes were compressed to %d", len(plain), len(compressed))
	}
	for _, data := range [][]byte{plain, compressed, write(t, documents)} {
		count := 0
		for document, err := range archive.Read(iotest.HalfReader(bytes.NewReader(data))) {
			if err != nil {
				t.Fatal(err)
			}
			if document.Type != "a.B" || !bytes.Equal(document.Bytes, documents[count]) {
				t.Fatalf("document %d is %q", count, document.Bytes)
			}
			count++
		}
		if count != len(documents) {
			t.Errorf("there are %d documents", count)
		}
	}
}

func TestDelimitedAndMessages(t *testing.T) {
	var output bytes.Buffer
	writer, err := archive.NewWriter(&output, "google.protobuf.StringValue")
	if err != nil {
		t.Fatal(err)
	}
	delimited := []byte("\x03\n\x01a\x03\n\x01b")
	if err := writer.WriteDelimited(delimited); err != nil {
		t.Fatal(err)
	}
	if err := writer.WriteDelimited([]byte("\x03\n\x01a\x03\n")); err == nil {
		t.Error("a message that is cut off was written")
	}
	err = writer.WriteMessages(wrapperspb.String("c"), wrapperspb.String("d"))
	if err := errors.Join(err, writer.Close()); err != nil {
		t.Fatal(err)
	}
	for block, err := range archive.ReadBlocks(&output) {
		if err != nil {
			t.Fatal(err)
		}
		expected := string(delimited) + "\x03\n\x01c\x03\n\x01d"
		if string(block.Bytes) != expected || block.First != 1 || block.Documents != 4 {
			t.Errorf("got %q, %d, %d", block.Bytes, block.First, block.Documents)
		}
	}
}

// largestBlock is the most documents in a block of 100 bytes.
const largestBlock = 7

// Each byte is damaged once. Everything before is read; with recovery, all blocks but one.
func TestEveryDamagedByte(t *testing.T) {
	documents := someDocuments(30)
	data := write(t, documents, archive.WithBlockBytes(100))
	for index := range data {
		damaged := bytes.Clone(data)
		damaged[index] ^= 0x20
		var failure *archive.Error
		before := 0
		for document, err := range archive.Read(bytes.NewReader(damaged)) {
			if err != nil {
				if !errors.As(err, &failure) {
					t.Fatal(err)
				}
			} else if index >= 4 {
				if !bytes.Equal(document.Bytes, documents[before]) {
					t.Fatalf("byte %d: document %d is %q", index, before, document.Bytes)
				}
				before++
			}
		}
		if index < 4 {
			// Not an archive any more.
			continue
		}
		if failure == nil || failure.Document != int64(before+1) {
			t.Fatalf("byte %d: got %v after %d documents", index, failure, before)
		}
		found, damages := 0, 0
		recovery := archive.WithRecovery(func(archive.Damage) { damages++ })
		for document, err := range archive.Read(bytes.NewReader(damaged), recovery) {
			if err != nil {
				if !errors.As(err, &failure) || failure.Code != archive.NewerVersion {
					t.Fatalf("byte %d: %v", index, err)
				}
				found = len(documents)
				damages = 1
				break
			}
			if !bytes.Equal(document.Bytes, documents[document.Number-1]) {
				t.Fatalf("byte %d: document %d is %q", index, document.Number, document.Bytes)
			}
			found++
		}
		if damages != 1 || len(documents)-found > largestBlock {
			t.Errorf("byte %d: %d damages, %d documents", index, damages, found)
		}
	}
}

func TestSourcesThatFail(t *testing.T) {
	data := write(t, someDocuments(3))
	failure := errors.New("the connection is lost")
	for _, start := range [][]byte{nil, data[:2], data[:10], data[:40], data[:80], data[:len(data)-10], {5, 1}} {
		source := io.MultiReader(bytes.NewReader(start), iotest.ErrReader(failure))
		var found error
		for _, err := range archive.Read(source) {
			found = err
		}
		if found != failure {
			t.Errorf("after %d bytes: %v", len(start), found)
		}
	}
	writer, err := archive.NewWriter(failing{failure}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{writer.Write(nil), writer.Flush(), writer.Write(nil), writer.Close()}[1:] {
		if err != failure {
			t.Errorf("a destination that fails: %v", err)
		}
	}
}

type failing struct{ err error }

func (failing failing) Write([]byte) (int, error) { return 0, failing.err }

// A writer that flushes shows its documents to a reader of a pipe.
func TestReadingDoesNotWait(t *testing.T) {
	for _, isDelimited := range []bool{true, false} {
		source, destination := io.Pipe()
		go func() {
			if isDelimited {
				_, _ = destination.Write(append(binary.AppendUvarint(nil, 3), "abc\x05"...))
				return
			}
			writer, err := archive.NewWriter(destination, "")
			if err == nil {
				err = errors.Join(writer.Write([]byte("abc")), writer.Flush())
			}
			if err != nil {
				t.Error(err)
			}
		}()
		for document, err := range archive.Read(source) {
			if err != nil || string(document.Bytes) != "abc" {
				t.Errorf("got %q, %v", document.Bytes, err)
			}
			break
		}
		_ = source.Close()
	}
}

func TestMistakesOfTheCaller(t *testing.T) {
	for _, option := range []archive.WriteOption{archive.WithBlockBytes(0), archive.WithBlockBytes(1 << 30)} {
		if _, err := archive.NewWriter(io.Discard, "", option); err == nil {
			t.Error("a wrong size of blocks is accepted")
		}
	}
	for _, option := range []archive.ReadOption{archive.WithMaxBytes(0), archive.WithMaxBlockBytes(-1)} {
		for _, err := range archive.Read(strings.NewReader("\x00"), option) {
			if err == nil {
				t.Error("a wrong limit is accepted")
			}
		}
	}
}

// A size of 2^32 bytes would wrap. Readers have a limit of at most 2^31 - 1 bytes.
func TestDocumentsThatAreTooLarge(t *testing.T) {
	var output bytes.Buffer
	writer, err := archive.NewWriter(&output, "a.B")
	if err != nil {
		t.Fatal(err)
	}
	// Nothing reads or writes it, so it takes no memory.
	large := make([]byte, uint(1)<<31)
	failure := writer.Write([]byte("a"), large, []byte("never"))
	var tooLarge *archive.Error
	if !errors.As(failure, &tooLarge) || tooLarge.Code != archive.TooLarge || tooLarge.Document != 2 {
		t.Errorf("got %v", failure)
	}
	if err := errors.Join(writer.Write([]byte("b")), writer.Close()); err != nil {
		t.Fatal(err)
	}
	var found []string
	for document, err := range archive.Read(&output) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, string(document.Bytes))
	}
	if strings.Join(found, " ") != "a b" {
		t.Errorf("got %.20q", found)
	}
}
