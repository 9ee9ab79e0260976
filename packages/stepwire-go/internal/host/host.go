// Package host runs the WebAssembly files of Stepwire. All of them have the same
// conventions: reserveInput, which returns the place for an input; the words of a
// result at the place 64; and the sizes of outputs. docs/kernel-abi.md in the project's
// repository describes them.
package host

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// The words of a result. A word has 32 bits.
const (
	ResultCode   = 0
	ResultOffset = 1
	ResultOutput = 2
	// The words after these differ between functions.
	resultWords = 8
	resultPlace = 64
	wordSize    = 4
)

// smallestInput is the least room that is reserved for inputs.
const smallestInput = 16 << 10

// ErrMemory says that an input or output does not fit into a WebAssembly memory.
var ErrMemory = errors.New("stepwire: the input does not fit into a WebAssembly memory")

var errPlace = errors.New("stepwire: the kernel returned a place beyond its memory")

// A call has no deadline: its time is in proportion to an input of limited size.
var background = context.Background()

// sharedRuntime is the runtime of all modules.
var sharedRuntime = sync.OnceValue(func() wazero.Runtime { return wazero.NewRuntime(background) })

// Module is a WebAssembly file, compiled on first use.
type Module struct {
	version uint64
	compile func() (wazero.CompiledModule, error)
}

// NewModule returns the module of a file whose interface must have a version.
func NewModule(wasm []byte, version uint64) *Module {
	return &Module{version, sync.OnceValues(func() (wazero.CompiledModule, error) {
		compiled, err := sharedRuntime().CompileModule(background, wasm)
		if err != nil {
			return nil, fmt.Errorf("stepwire: the kernel does not compile: %w", err)
		}
		return compiled, nil
	})}
}

// Instance is an instance of a module. Only one goroutine may use it at a time.
type Instance struct {
	module       api.Module
	memory       api.Memory
	reserveInput api.Function
	functions    map[string]api.Function
	stack        [8]uint64
	place        uint32
	capacity     int
}

// Instantiate creates an instance.
func (module *Module) Instantiate() (*Instance, error) {
	compiled, err := module.compile()
	if err != nil {
		return nil, err
	}
	// Without a name, because names are unique.
	config := wazero.NewModuleConfig().WithName("")
	started, err := sharedRuntime().InstantiateModule(background, compiled, config)
	if err != nil {
		return nil, fmt.Errorf("stepwire: the kernel does not start: %w", err)
	}
	instance := &Instance{
		module:       started,
		memory:       started.Memory(),
		reserveInput: started.ExportedFunction("reserveInput"),
		functions:    map[string]api.Function{},
	}
	version, err := instance.Call(instance.Function("version"))
	if err == nil && uint64(version) != module.version {
		err = fmt.Errorf("stepwire: the kernel has version %d, not %d", version, module.version)
	}
	if err != nil {
		instance.Close()
		return nil, err
	}
	return instance, nil
}

// Function returns an exported function. Each has a stack of its own, so it is kept.
func (instance *Instance) Function(name string) api.Function {
	function := instance.functions[name]
	if function == nil {
		function = instance.module.ExportedFunction(name)
		instance.functions[name] = function
	}
	return function
}

// SeedHash sets the seed of hashes to random numbers.
func (instance *Instance) SeedHash() error {
	var seed [8]byte
	if _, err := rand.Read(seed[:]); err != nil {
		return err
	}
	low := uint64(binary.LittleEndian.Uint32(seed[:4]))
	high := uint64(binary.LittleEndian.Uint32(seed[4:]))
	_, err := instance.Call(instance.Function("seedHash"), low, high)
	return err
}

// Call calls a function with at most eight parameters. It does not allocate.
func (instance *Instance) Call(function api.Function, parameters ...uint64) (uint32, error) {
	copy(instance.stack[:], parameters)
	if err := function.CallWithStack(background, instance.stack[:]); err != nil {
		return 0, fmt.Errorf("stepwire: the kernel trapped: %w", err)
	}
	return uint32(instance.stack[0]), nil
}

// Put copies an input into the memory.
func (instance *Instance) Put(input []byte) error {
	if len(input) > instance.capacity || instance.capacity == 0 {
		if err := instance.reserve(len(input)); err != nil {
			return err
		}
	}
	if !instance.memory.Write(instance.place, input) {
		return errPlace
	}
	return nil
}

func (instance *Instance) reserve(size int) error {
	// A little more, so that inputs of growing size do not reserve each time.
	capacity := max(smallestInput, size+size/4)
	place, err := instance.Call(instance.reserveInput, uint64(capacity))
	if err == nil && place == 0 {
		capacity = size
		place, err = instance.Call(instance.reserveInput, uint64(capacity))
	}
	if err != nil {
		return err
	}
	if place == 0 {
		return ErrMemory
	}
	instance.place, instance.capacity = place, capacity
	return nil
}

// Word returns a word of the last result.
func (instance *Instance) Word(index uint32) uint32 {
	word, _ := instance.memory.ReadUint32Le(resultPlace + index*wordSize)
	return word
}

// Words returns all words of the last result.
func (instance *Instance) Words() [resultWords]uint32 {
	var words [resultWords]uint32
	for index := range words {
		words[index] = instance.Word(uint32(index))
	}
	return words
}

// Output returns the output of the last call. It is valid until the next call.
func (instance *Instance) Output(size uint32) ([]byte, error) {
	return instance.Read(instance.Word(ResultOutput), size)
}

// Read returns bytes of the memory. They are valid until the next call.
func (instance *Instance) Read(place, size uint32) ([]byte, error) {
	view, ok := instance.memory.Read(place, size)
	if !ok {
		return nil, errPlace
	}
	return view, nil
}

// Write copies bytes to a place.
func (instance *Instance) Write(place uint32, data []byte) error {
	if !instance.memory.Write(place, data) {
		return errPlace
	}
	return nil
}

// Size returns the size of the memory in bytes.
func (instance *Instance) Size() uint32 {
	return instance.memory.Size()
}

// Close frees the memory.
func (instance *Instance) Close() {
	// No code of ours runs when a module is closed, so nothing can fail.
	_ = instance.module.Close(background)
}
