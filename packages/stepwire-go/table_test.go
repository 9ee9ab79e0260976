package stepwire

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

const creation = "stepwire.v1.MessageCreation"

// builtInTable returns the kernel's own table, which has the format of others.
func builtInTable(t *testing.T) []byte {
	t.Helper()
	instance, err := newKernel(creation, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer instance.Close()
	header, err := instance.Read(tablePlace, tableHeader)
	if err != nil {
		t.Fatal(err)
	}
	table, err := instance.Read(tablePlace, binary.LittleEndian.Uint32(header[tableSize:]))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(table)
}

func TestConvertsByTheTable(t *testing.T) {
	transcoder, err := NewTranscoder(creation, WithTable(builtInTable(t)))
	if err != nil {
		t.Fatal(err)
	}
	defer transcoder.Close()
	const document = `{"message_id":"m"}`
	data, err := transcoder.ToBinary([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	json, err := transcoder.ToJSON(data)
	if err != nil || string(json) != document {
		t.Errorf("got %s, %v", json, err)
	}
}

func TestUsesNothingButTheTable(t *testing.T) {
	other := []byte("stepwire.v1.MessageDeletion")
	table := bytes.ReplaceAll(builtInTable(t), []byte(creation), other)
	if _, err := NewTranscoder(creation, WithTable(table)); err == nil {
		t.Error("the built-in table was used")
	}
}

func TestRefusesOtherTables(t *testing.T) {
	own := builtInTable(t)
	otherLayout := bytes.Clone(own)
	otherLayout[tableLayout]++
	large := append(bytes.Clone(own), make([]byte, 16)...)
	binary.LittleEndian.PutUint32(large[tableSize:], uint32(len(large)))
	for reason, table := range map[string][]byte{
		"was not written by":  []byte("{}"),
		"is incomplete":       own[:len(own)-1],
		"for another version": otherLayout,
		"at most":             large,
	} {
		_, err := NewTranscoder(creation, WithTable(table))
		if err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: got %v", reason, err)
		}
	}
}
