package stepwire

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero/api"

	"github.com/stepwire/stepwire-go/internal/host"
)

// The file, its exports and its memory are described in docs/kernel-abi.md.
//
//go:embed stepwire.wasm
var wasm []byte

const (
	abiVersion = 1
	// tablePlace is where the table is. Its header says which layout it has, and its size.
	tablePlace  = 16384
	tableLayout = 24
	tableSize   = 28
	tableHeader = 32
)

// module is the kernel, which all transcoders share.
var module = host.NewModule(wasm, abiVersion)

// kernel is an instance of the kernel. It is for one goroutine at a time.
type kernel struct {
	*host.Instance
	toBinary     api.Function
	toJSON       api.Function
	packLines    api.Function
	unpackLines  api.Function
	packEvents   api.Function
	unpackEvents api.Function
	explain      api.Function
}

// newKernel makes an instance that converts a type of message.
func newKernel(message string, table []byte) (*kernel, error) {
	instance, err := module.Instantiate()
	if err != nil {
		return nil, err
	}
	kernel := &kernel{
		Instance:     instance,
		toBinary:     instance.Function("toBinary"),
		toJSON:       instance.Function("toJson"),
		packLines:    instance.Function("packLines"),
		unpackLines:  instance.Function("unpackLines"),
		packEvents:   instance.Function("packEvents"),
		unpackEvents: instance.Function("unpackEvents"),
		explain:      instance.Function("explain"),
	}
	if err := kernel.start(message, table); err != nil {
		kernel.Close()
		return nil, err
	}
	return kernel, nil
}

func (kernel *kernel) start(message string, table []byte) error {
	if err := kernel.SeedHash(); err != nil {
		return err
	}
	if err := kernel.Put([]byte(message)); err != nil {
		return err
	}
	if table != nil {
		if err := kernel.replaceTable(table); err != nil {
			return err
		}
	}
	found, err := kernel.Call(kernel.Function("selectMessage"), uint64(len(message)))
	if err != nil {
		return err
	}
	if found == 0 {
		return fmt.Errorf("stepwire: there is no message %q that is a JSON object", message)
	}
	return nil
}

// replaceTable writes another table in place of the kernel's own.
func (kernel *kernel) replaceTable(table []byte) error {
	own, err := kernel.Read(tablePlace, tableHeader)
	if err != nil {
		return err
	}
	if len(table) < tableHeader || !bytes.Equal(table[:4], own[:4]) {
		return errors.New(`stepwire: the table was not written by "stepwire table"`)
	}
	size := binary.LittleEndian.Uint32(table[tableSize:])
	if !bytes.Equal(table[tableLayout:tableSize], own[tableLayout:tableSize]) || int(size) != len(table) {
		return errors.New("stepwire: the table is incomplete, or for another version of stepwire; " +
			"write it with version " + Version)
	}
	if capacity := binary.LittleEndian.Uint32(own[tableSize:]); size > capacity {
		return fmt.Errorf("stepwire: the table has %d bytes; at most %d have room", size, capacity)
	}
	return kernel.Write(tablePlace, table)
}

// convert calls toBinary or toJSON. The output is valid until the next call.
func (kernel *kernel) convert(
	function api.Function, input []byte, maxDepth int, refused uint32,
) ([]byte, error) {
	if err := kernel.Put(input); err != nil {
		return nil, err
	}
	size, err := kernel.Call(function, uint64(len(input)), uint64(maxDepth), uint64(refused))
	if err != nil {
		return nil, err
	}
	if int32(size) < 0 {
		return nil, kernel.refusal()
	}
	return kernel.Output(size)
}

// refusal tells why the last call refused its input.
func (kernel *kernel) refusal() error {
	size, err := kernel.Call(kernel.explain)
	if err != nil {
		return err
	}
	pointer, err := kernel.Output(size)
	if err != nil {
		return err
	}
	code, err := codeOf(kernel.Word(host.ResultCode))
	if err != nil {
		return err
	}
	return &Error{Code: code, Offset: int(kernel.Word(host.ResultOffset)), Pointer: string(pointer)}
}

// codeOf returns a code of the kernel, or an error if it is about the kernel itself.
func codeOf(code uint32) (Code, error) {
	if code == resultOutOfMemory {
		return "", ErrMemory
	}
	if code == 0 || int(code) >= len(codes) {
		return "", fmt.Errorf("stepwire: the kernel stopped with code %d", code)
	}
	return codes[code], nil
}
