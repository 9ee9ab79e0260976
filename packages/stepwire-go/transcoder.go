package stepwire

import (
	"errors"
	"fmt"
	"runtime"
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// largeMemory is how much memory an instance may have to be kept for another call.
const largeMemory = 16 << 20

// Transcoder converts one type of message between OpenAI JSON and binary. It is safe
// for concurrent use: each call has an instance of the kernel for itself, and as
// many as there are processors are kept for the next calls.
type Transcoder struct {
	message protoreflect.FullName
	options options

	mutex  sync.Mutex
	idle   []*kernel
	closed bool
}

// ErrClosed is what a [Transcoder] returns after it was closed.
var ErrClosed = errors.New("stepwire: the transcoder is closed")

// NewTranscoder returns a transcoder for a message of the model, or of the table of
// [WithTable], given by its full name with the package. The first call compiles the kernel, which takes some tenths
// of a second.
func NewTranscoder(message protoreflect.FullName, given ...Option) (*Transcoder, error) {
	options, err := resolve(given)
	if err != nil {
		return nil, err
	}
	transcoder := &Transcoder{message: message, options: options}
	first, err := newKernel(string(message), options.table)
	if err != nil {
		return nil, err
	}
	transcoder.release(first)
	return transcoder, nil
}

// ToBinary returns the binary message of a JSON document. The error is an [*Error]
// if the document was refused.
func (transcoder *Transcoder) ToBinary(json []byte) ([]byte, error) {
	return transcoder.convert(json, func(instance *kernel) ([]byte, error) {
		mode := transcoder.options.mode
		return instance.convert(instance.toBinary, json, transcoder.options.maxDepth, modes[mode].refused)
	})
}

// ToJSON returns the JSON document of a binary message, without white space. The
// error is an [*Error] if the message is malformed or has no JSON form.
func (transcoder *Transcoder) ToJSON(binary []byte) ([]byte, error) {
	return transcoder.convert(binary, func(instance *kernel) ([]byte, error) {
		var refused uint32
		if transcoder.options.refuseUnknownFields {
			refused = refuseUnknownFields
		}
		return instance.convert(instance.toJSON, binary, transcoder.options.maxDepth, refused)
	})
}

// Unmarshal reads a JSON document into a message of the transcoder's type.
func (transcoder *Transcoder) Unmarshal(json []byte, message proto.Message) error {
	if err := transcoder.checkType(message); err != nil {
		return err
	}
	binary, err := transcoder.ToBinary(json)
	if err != nil {
		return err
	}
	return proto.Unmarshal(binary, message)
}

// Marshal writes a message of the transcoder's type as a JSON document.
func (transcoder *Transcoder) Marshal(message proto.Message) ([]byte, error) {
	if err := transcoder.checkType(message); err != nil {
		return nil, err
	}
	binary, err := proto.Marshal(message)
	if err != nil {
		return nil, err
	}
	return transcoder.ToJSON(binary)
}

// Close frees the memory of all instances, those of running calls once they end.
func (transcoder *Transcoder) Close() {
	transcoder.mutex.Lock()
	defer transcoder.mutex.Unlock()
	for _, instance := range transcoder.idle {
		instance.close()
	}
	transcoder.idle = nil
	transcoder.closed = true
}

func (transcoder *Transcoder) checkType(message proto.Message) error {
	name := message.ProtoReflect().Descriptor().FullName()
	if name != transcoder.message {
		return fmt.Errorf("stepwire: a transcoder of %s was given a %s", transcoder.message, name)
	}
	return nil
}

func (transcoder *Transcoder) convert(
	input []byte, call func(*kernel) ([]byte, error),
) ([]byte, error) {
	if len(input) > transcoder.options.maxBytes {
		return nil, &Error{Code: TooLarge}
	}
	instance, err := transcoder.acquire()
	if err != nil {
		return nil, err
	}
	output, err := call(instance)
	var refusal *Error
	if err != nil && !errors.As(err, &refusal) {
		// It may be in any state.
		instance.close()
		return nil, err
	}
	transcoder.release(instance)
	return output, err
}

func (transcoder *Transcoder) acquire() (*kernel, error) {
	transcoder.mutex.Lock()
	if transcoder.closed {
		transcoder.mutex.Unlock()
		return nil, ErrClosed
	}
	if last := len(transcoder.idle) - 1; last >= 0 {
		instance := transcoder.idle[last]
		transcoder.idle = transcoder.idle[:last]
		transcoder.mutex.Unlock()
		return instance, nil
	}
	transcoder.mutex.Unlock()
	return newKernel(string(transcoder.message), transcoder.options.table)
}

func (transcoder *Transcoder) release(instance *kernel) {
	transcoder.mutex.Lock()
	defer transcoder.mutex.Unlock()
	isFull := len(transcoder.idle) >= runtime.GOMAXPROCS(0)
	if transcoder.closed || isFull || instance.memory.Size() > largeMemory {
		instance.close()
		return
	}
	transcoder.idle = append(transcoder.idle, instance)
}
