package stepwire

import (
	"bytes"
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// The file, its exports and its memory are described in docs/kernel-abi.md.
//
//go:embed stepwire.wasm
var wasm []byte

const (
	abiVersion = 1
	// result is the place of what the last call came to, in words of 32 bits.
	result       = 64
	resultCode   = 0
	resultOffset = 4
	resultOutput = 8
	// tablePlace is where the table is. Its header says which layout it has, and its size.
	tablePlace  = 16384
	tableLayout = 24
	tableSize   = 28
	tableHeader = 32
)

// A call has no deadline: it takes time in proportion to an input whose size is bounded.
var background = context.Background()

type compiledModule struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
}

// compile compiles the kernel when it is first needed; all transcoders share it.
var compile = sync.OnceValues(func() (compiledModule, error) {
	runtime := wazero.NewRuntime(background)
	module, err := runtime.CompileModule(background, wasm)
	if err != nil {
		return compiledModule{}, fmt.Errorf("stepwire: the kernel does not compile: %w", err)
	}
	return compiledModule{runtime, module}, nil
})

// kernel is an instance of the kernel. It is for one goroutine at a time.
type kernel struct {
	module       api.Module
	memory       api.Memory
	reserveInput api.Function
	toBinary     api.Function
	toJSON       api.Function
	explain      api.Function
	stack        [3]uint64
	place        uint32
	capacity     int
}

// newKernel makes an instance that converts a type of message.
func newKernel(message string, table []byte) (*kernel, error) {
	compiled, err := compile()
	if err != nil {
		return nil, err
	}
	// Without a name, so that there can be any number of them.
	config := wazero.NewModuleConfig().WithName("")
	module, err := compiled.runtime.InstantiateModule(background, compiled.module, config)
	if err != nil {
		return nil, fmt.Errorf("stepwire: the kernel does not start: %w", err)
	}
	instance := &kernel{
		module:       module,
		memory:       module.Memory(),
		reserveInput: module.ExportedFunction("reserveInput"),
		toBinary:     module.ExportedFunction("toBinary"),
		toJSON:       module.ExportedFunction("toJson"),
		explain:      module.ExportedFunction("explain"),
	}
	if err := instance.start(message, table); err != nil {
		instance.close()
		return nil, err
	}
	return instance, nil
}

func (instance *kernel) start(message string, table []byte) error {
	version, err := instance.module.ExportedFunction("version").Call(background)
	if err != nil {
		return err
	}
	if version[0] != abiVersion {
		return fmt.Errorf("stepwire: the kernel has version %d, not %d", version[0], abiVersion)
	}
	var seed [8]byte
	if _, err := rand.Read(seed[:]); err != nil {
		return err
	}
	low := uint64(binary.LittleEndian.Uint32(seed[:4]))
	high := uint64(binary.LittleEndian.Uint32(seed[4:]))
	if _, err := instance.module.ExportedFunction("seedHash").Call(background, low, high); err != nil {
		return err
	}
	if err := instance.put([]byte(message)); err != nil {
		return err
	}
	if table != nil {
		if err := instance.replaceTable(table); err != nil {
			return err
		}
	}
	size := uint64(len(message))
	found, err := instance.module.ExportedFunction("selectMessage").Call(background, size)
	if err != nil {
		return err
	}
	if found[0] == 0 {
		return fmt.Errorf("stepwire: there is no message %q that is a JSON object", message)
	}
	return nil
}

// replaceTable writes another table in place of the kernel's own.
func (instance *kernel) replaceTable(table []byte) error {
	own, ok := instance.memory.Read(tablePlace, tableHeader)
	if !ok {
		return errors.New("stepwire: the kernel has no table")
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
	instance.memory.Write(tablePlace, table)
	return nil
}

func (instance *kernel) close() {
	// Nothing of ours runs when a module is closed, so nothing can fail.
	_ = instance.module.Close(background)
}

// put copies an input into the kernel's memory.
func (instance *kernel) put(input []byte) error {
	if len(input) > instance.capacity || instance.capacity == 0 {
		// A little more, so that inputs of growing size do not ask each time.
		capacity := max(16<<10, len(input)+len(input)/4)
		place, err := instance.call(instance.reserveInput, uint64(capacity))
		if err == nil && place == 0 {
			capacity = len(input)
			place, err = instance.call(instance.reserveInput, uint64(capacity))
		}
		if err != nil {
			return err
		}
		if place == 0 {
			return ErrMemory
		}
		instance.place, instance.capacity = place, capacity
	}
	if !instance.memory.Write(instance.place, input) {
		return errors.New("stepwire: the kernel gave a place beyond its memory")
	}
	return nil
}

// convert calls toBinary or toJSON.
func (instance *kernel) convert(
	function api.Function, input []byte, maxDepth int, refused uint32,
) ([]byte, error) {
	if err := instance.put(input); err != nil {
		return nil, err
	}
	size, err := instance.call(function, uint64(len(input)), uint64(maxDepth), uint64(refused))
	if err != nil {
		return nil, err
	}
	if int32(size) < 0 {
		return nil, instance.refusal()
	}
	return instance.output(size)
}

// refusal tells why the last call refused its input.
func (instance *kernel) refusal() error {
	size, err := instance.call(instance.explain)
	if err != nil {
		return err
	}
	pointer, err := instance.output(size)
	if err != nil {
		return err
	}
	code, _ := instance.memory.ReadUint32Le(result + resultCode)
	offset, _ := instance.memory.ReadUint32Le(result + resultOffset)
	if code == resultOutOfMemory {
		return ErrMemory
	}
	if code == 0 || int(code) >= len(codes) {
		return fmt.Errorf("stepwire: the kernel stopped with code %d", code)
	}
	return &Error{Code: codes[code], Offset: int(offset), Pointer: string(pointer)}
}

// output copies the output of the last call.
func (instance *kernel) output(size uint32) ([]byte, error) {
	place, _ := instance.memory.ReadUint32Le(result + resultOutput)
	view, ok := instance.memory.Read(place, size)
	if !ok {
		return nil, errors.New("stepwire: the kernel gave a place beyond its memory")
	}
	return append(make([]byte, 0, size), view...), nil
}

// call calls a function without an allocation.
func (instance *kernel) call(function api.Function, parameters ...uint64) (uint32, error) {
	stack := instance.stack[:]
	copy(stack, parameters)
	if err := function.CallWithStack(background, stack); err != nil {
		return 0, fmt.Errorf("stepwire: the kernel trapped: %w", err)
	}
	return uint32(stack[0]), nil
}
