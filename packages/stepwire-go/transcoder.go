package stepwire

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Transcoder converts one type of message between OpenAI JSON and binary. It is safe
// for concurrent use: each call has an instance of the kernel for itself, and as
// many as there are processors are kept for the next calls.
type Transcoder struct {
	message protoreflect.FullName
	options options
	pool    pool
}

// NewTranscoder returns a transcoder for a message of the model, or of the table of
// [WithTable], given by its full name with the package. The first call compiles the kernel, which takes some tenths
// of a second.
func NewTranscoder(message protoreflect.FullName, given ...Option) (*Transcoder, error) {
	options, err := resolve(given)
	if err != nil {
		return nil, err
	}
	transcoder := &Transcoder{message: message, options: options}
	transcoder.pool.create = func() (*kernel, error) { return newKernel(string(message), options.table) }
	first, err := transcoder.pool.create()
	if err != nil {
		return nil, err
	}
	transcoder.pool.release(first)
	return transcoder, nil
}

// ToBinary returns the binary message of a JSON document. The error is an [*Error]
// if the document was refused.
func (transcoder *Transcoder) ToBinary(json []byte) ([]byte, error) {
	return orNil(transcoder.AppendBinary([]byte{}, json))
}

// ToJSON returns the JSON document of a binary message, without white space. The
// error is an [*Error] if the message is malformed or has no JSON form.
func (transcoder *Transcoder) ToJSON(binary []byte) ([]byte, error) {
	return orNil(transcoder.AppendJSON([]byte{}, binary))
}

// AppendBinary is like [Transcoder.ToBinary], but appends the message to dst and returns
// the extended buffer. It does not allocate if dst has the capacity. In case of an error,
// it returns dst. The document may be in the same array as dst.
func (transcoder *Transcoder) AppendBinary(dst, json []byte) ([]byte, error) {
	if len(json) > transcoder.options.maxBytes {
		return dst, &Error{Code: TooLarge}
	}
	instance, err := transcoder.pool.acquire()
	if err != nil {
		return dst, err
	}
	options := &transcoder.options
	output, err := instance.convert(instance.toBinary, json, options.maxDepth, modes[options.mode].refused)
	return transcoder.finish(instance, dst, output, err)
}

// AppendJSON is like [Transcoder.ToJSON], but appends the document to dst and returns the
// extended buffer. It does not allocate if dst has the capacity. In case of an error, it
// returns dst. The message may be in the same array as dst.
func (transcoder *Transcoder) AppendJSON(dst, binary []byte) ([]byte, error) {
	if len(binary) > transcoder.options.maxBytes {
		return dst, &Error{Code: TooLarge}
	}
	instance, err := transcoder.pool.acquire()
	if err != nil {
		return dst, err
	}
	options := &transcoder.options
	output, err := instance.convert(instance.toJSON, binary, options.maxDepth, options.refusedBinary())
	return transcoder.finish(instance, dst, output, err)
}

// finish appends the output of a call, and puts the instance back.
func (transcoder *Transcoder) finish(instance *kernel, dst, output []byte, err error) ([]byte, error) {
	if err == nil {
		dst = append(dst, output...)
	}
	transcoder.release(instance, err)
	return dst, err
}

// release puts an instance back after a call.
func (transcoder *Transcoder) release(instance *kernel, err error) {
	if err != nil {
		if refusal := (*Error)(nil); !errors.As(err, &refusal) {
			// After a trap, it may be in any state.
			instance.Close()
			return
		}
	}
	transcoder.pool.release(instance)
}

func orNil(output []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return output, nil
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
	transcoder.pool.close()
}

func (transcoder *Transcoder) checkType(message proto.Message) error {
	return checkType("a transcoder", transcoder.message, message)
}

// checkType returns an error if a message has another type than expected.
func checkType(what string, expected protoreflect.FullName, message proto.Message) error {
	if name := message.ProtoReflect().Descriptor().FullName(); name != expected {
		return fmt.Errorf("stepwire: %s of %s was given a %s", what, expected, name)
	}
	return nil
}
