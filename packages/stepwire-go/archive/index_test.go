package archive_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"

	"github.com/stepwire/stepwire-go/archive"
)

func TestReadIndex(t *testing.T) {
	documents := someDocuments(100)
	first := write(t, documents[:40], archive.WithBlockBytes(200))
	second := write(t, documents[40:], archive.WithBlockBytes(300), archive.WithZstd())
	file := bytes.Join([][]byte{first, write(t, nil), second}, nil)
	index, err := archive.ReadIndex(bytes.NewReader(file), int64(len(file)))
	if err != nil || index.Documents != 100 || len(index.Places) < 10 {
		t.Fatalf("got %+v, %v", index, err)
	}
	// In any order.
	for at := len(index.Places) - 1; at >= 0; at-- {
		place := index.Places[at]
		block, err := archive.ReadBlock(bytes.NewReader(file), place)
		if err != nil || block.First != place.First || block.Offset != place.Offset || block.Type != "a.B" {
			t.Fatalf("got %+v for %+v: %v", block, place, err)
		}
		number := place.First
		for rest := block.Bytes; len(rest) > 0; number++ {
			size, prefix := binary.Uvarint(rest)
			end := prefix + int(size)
			if !bytes.Equal(rest[prefix:end], documents[number-1]) {
				t.Errorf("document %d is %q", number, rest[prefix:end])
			}
			rest = rest[end:]
		}
		if number != place.First+place.Documents {
			t.Errorf("%+v ends before document %d", place, number)
		}
	}
	wrong := index.Places[0]
	wrong.Documents++
	if _, err := archive.ReadBlock(bytes.NewReader(file), wrong); err == nil {
		t.Error("a wrong number of documents is accepted")
	}
	wrong = index.Places[0]
	wrong.Offset++
	if _, err := archive.ReadBlock(bytes.NewReader(file), wrong); err == nil {
		t.Error("a wrong offset is accepted")
	}
	empty, err := archive.ReadIndex(bytes.NewReader(nil), 0)
	if err != nil || empty.Documents != 0 {
		t.Errorf("got %+v, %v", empty, err)
	}
}

func TestDamagedIndexes(t *testing.T) {
	data := write(t, someDocuments(30), archive.WithBlockBytes(100))
	index, err := archive.ReadIndex(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	last := index.Places[len(index.Places)-1]
	headerEnd := index.Places[0].Offset
	for at := range data {
		damaged := bytes.Clone(data)
		damaged[at] ^= 0x10
		_, err := archive.ReadIndex(bytes.NewReader(damaged), int64(len(data)))
		isBlock := int64(at) >= headerEnd && int64(at) < last.Offset+last.Size
		var failure *archive.Error
		if isBlock == errors.As(err, &failure) {
			t.Errorf("byte %d: %v", at, err)
		}
	}
	for size := 1; size < len(data); size++ {
		if _, err := archive.ReadIndex(bytes.NewReader(data[:size]), int64(size)); err == nil {
			t.Errorf("%d bytes have an index", size)
		}
	}
	failure := errors.New("the disk is gone")
	if _, err := archive.ReadIndex(brokenFile{failure}, 100); err != failure {
		t.Errorf("got %v", err)
	}
	if _, err := archive.ReadBlock(brokenFile{failure}, last); err != failure {
		t.Errorf("got %v", err)
	}
	if _, err := archive.ReadIndex(bytes.NewReader(data), int64(len(data)), archive.WithMaxBlockBytes(20)); err == nil {
		t.Error("a limit is not applied")
	}
}

type brokenFile struct{ err error }

func (file brokenFile) ReadAt([]byte, int64) (int, error) { return 0, file.err }

var _ io.ReaderAt = brokenFile{}
