package stepwire

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero/api"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/stepwire/stepwire-go/internal/host"
)

// The file and its exports are described in docs/accumulate-abi.md.
//
//go:embed stepwire-accumulate.wasm
var accumulateWasm []byte

const accumulateVersion = 1

var accumulateModule = host.NewModule(accumulateWasm, accumulateVersion)

// The words of the result of apply and applyAll.
const (
	resultApplied    = 3
	resultAppliedEnd = 4
	resultRefusedEnd = 5
	resultRefusal    = 6
)

// Ending says how a stream has ended.
type Ending string

// The endings of a stream.
const (
	// NotEnded: the stream goes on, or it broke.
	NotEnded Ending = ""
	// Done: the stream is complete.
	Done Ending = "done"
	// Failed: the server ended the stream with an error.
	Failed Ending = "error"
)

var endings = [...]Ending{NotEnded, Done, Failed}

// Object is an object that an [Accumulator] has accumulated.
type Object struct {
	// Number identifies the object in its accumulator. It is at least 1 and never changes.
	Number int
	// Type is the full name of the message type.
	Type protoreflect.FullName
	// ID is the identifier of the object in the stream.
	ID string
}

// Accumulator adds up the events of a stream, such as deltas, to the objects that they are
// about, such as messages and run steps. docs/accumulation.md has the rules. It is for one
// stream, and for one goroutine at a time.
type Accumulator struct {
	instance *host.Instance
	event    protoreflect.FullName
	apply    api.Function
	applyAll api.Function
	snapshot api.Function
	// maxBytes bounds the size of an input.
	maxBytes int
	// err is the failure after which the instance cannot be used.
	err error
}

// ErrNoObject says that an accumulator has no object with this number.
var ErrNoObject = errors.New("stepwire: there is no such object")

// NewAccumulator returns an empty accumulator. event is the full name of the event message,
// such as acme.v1.JobEvent. Close it after use: it has an instance of the kernel for
// itself. The first call compiles the kernel, which takes some tenths of a second.
func NewAccumulator(event protoreflect.FullName, options ...AccumulatorOption) (*Accumulator, error) {
	instance, err := accumulateModule.Instantiate()
	if err != nil {
		return nil, err
	}
	accumulator := &Accumulator{
		instance: instance,
		event:    event,
		apply:    instance.Function("apply"),
		applyAll: instance.Function("applyAll"),
		snapshot: instance.Function("snapshot"),
	}
	if err := accumulator.start(options); err != nil {
		instance.Close()
		return nil, err
	}
	return accumulator, nil
}

func (accumulator *Accumulator) start(options []AccumulatorOption) error {
	instance := accumulator.instance
	settings := accumulatorOptions{maxInputBytes: defaultMaxBytes}
	for _, option := range options {
		option(&settings)
	}
	if err := checkLimit("maxInputBytes", settings.maxInputBytes, largestMaxBytes); err != nil {
		return err
	}
	accumulator.maxBytes = settings.maxInputBytes
	if err := instance.SeedHash(); err != nil {
		return err
	}
	if settings.plan != nil {
		if err := replacePlan(instance, settings.plan); err != nil {
			return err
		}
	}
	found, err := accumulator.callWithText("selectMessage", string(accumulator.event))
	if err != nil {
		return err
	}
	if found == 0 {
		return fmt.Errorf("stepwire: there is no event message %q", accumulator.event)
	}
	return settings.set(accumulator)
}

// callWithText calls a function whose input is a text.
func (accumulator *Accumulator) callWithText(name, text string) (uint32, error) {
	if err := accumulator.instance.Put([]byte(text)); err != nil {
		return 0, err
	}
	return accumulator.call(accumulator.instance.Function(name), uint64(len(text)))
}

// call calls a function. After a failure, the instance may be in any state.
func (accumulator *Accumulator) call(function api.Function, parameters ...uint64) (uint32, error) {
	if accumulator.err != nil {
		return 0, accumulator.err
	}
	result, err := accumulator.instance.Call(function, parameters...)
	if err != nil {
		accumulator.fail(err)
	}
	return result, err
}

// fail frees the instance.
func (accumulator *Accumulator) fail(err error) {
	if accumulator.err == nil {
		accumulator.err = err
		accumulator.instance.Close()
	}
}

// Close frees the memory. All other calls then return [ErrClosed].
func (accumulator *Accumulator) Close() {
	accumulator.fail(ErrClosed)
}

// Apply applies an event, a binary message. It returns the number of the changed object, or 0
// if the event is about none. The error is an [*AccumulationError] if the event was refused;
// the objects are then unchanged, and other events can be applied. It does not allocate.
func (accumulator *Accumulator) Apply(event []byte) (int, error) {
	if err := accumulator.put(event); err != nil {
		return 0, err
	}
	number, err := accumulator.call(accumulator.apply, uint64(len(event)))
	if err != nil {
		return 0, err
	}
	if int32(number) < 0 {
		return 0, accumulator.refusal()
	}
	return int(number), nil
}

// put copies an input into the memory.
func (accumulator *Accumulator) put(input []byte) error {
	if err := accumulator.check(input); err != nil {
		return err
	}
	return accumulator.instance.Put(input)
}

// check refuses an input that is too large.
func (accumulator *Accumulator) check(input []byte) error {
	if accumulator.err != nil {
		return accumulator.err
	}
	if len(input) > accumulator.maxBytes {
		return &AccumulationError{
			Code:     AccumulationTooLarge,
			Expected: fmt.Sprintf("at most %d bytes", accumulator.maxBytes),
			Found:    fmt.Sprintf("%d bytes", len(input)),
		}
	}
	return nil
}

// ApplyMessage is like [Accumulator.Apply], for a message of the generated type.
func (accumulator *Accumulator) ApplyMessage(event proto.Message) (int, error) {
	if err := checkType("an accumulator", accumulator.event, event); err != nil {
		return 0, err
	}
	binary, err := proto.Marshal(event)
	if err != nil {
		return 0, err
	}
	return accumulator.Apply(binary)
}

// ApplyAll applies events that each follow their size, such as the output of PackLines. It
// returns how many were applied, and the rest of the input: an incomplete event, or what
// follows a refused event. The error is an [*AccumulationError] if an event was refused; to
// skip it, call ApplyAll with the rest.
func (accumulator *Accumulator) ApplyAll(events []byte) (applied int, rest []byte, err error) {
	if err := accumulator.check(events); err != nil {
		return 0, events, err
	}
	// The kernel copies its input, so all of it for each refused event would take quadratic time.
	for window := largestWindow; ; {
		part := events[:min(len(events), window)]
		end, err := accumulator.applyPart(part, &applied)
		isWhole := len(part) == len(events)
		events = events[end:]
		switch {
		case err != nil && end > 0 && end == len(part) && !endsWithEvent(part, accumulator.instance.Word(resultAppliedEnd)):
			// No event can be found after what is no size.
			return applied, events[len(events):], err
		case err != nil || isWhole:
			return applied, events, err
		case end == 0:
			window *= 2
		default:
			window = largestWindow
		}
	}
}

// applyPart applies a part of a batch, and adds the number of applied events to that of all. It
// returns the end of what it has read, with the refused event.
func (accumulator *Accumulator) applyPart(part []byte, applied *int) (int, error) {
	if err := accumulator.put(part); err != nil {
		return 0, err
	}
	if _, err := accumulator.call(accumulator.applyAll, uint64(len(part))); err != nil {
		return 0, err
	}
	*applied += int(accumulator.instance.Word(resultApplied))
	if accumulator.instance.Word(host.ResultCode) == 0 {
		return int(accumulator.instance.Word(resultAppliedEnd)), nil
	}
	return min(int(accumulator.instance.Word(resultRefusedEnd)), len(part)), accumulator.refusal()
}

// endsWithEvent returns whether an event, after its size, is from a start to the end of a part.
func endsWithEvent(part []byte, start uint32) bool {
	size, prefix := binary.Uvarint(part[start:])
	return prefix > 0 && size == uint64(len(part)-int(start)-prefix)
}

// Ended returns how the stream has ended.
func (accumulator *Accumulator) Ended() Ending {
	ended, err := accumulator.call(accumulator.instance.Function("ended"))
	if err != nil || int(ended) >= len(endings) {
		return NotEnded
	}
	return endings[ended]
}

// Size returns the size of all objects, in the unit of [WithMaxSize].
func (accumulator *Accumulator) Size() int {
	size, err := accumulator.call(accumulator.instance.Function("size"))
	if err != nil {
		return 0
	}
	return int(size)
}

// Objects returns all objects, in the order of their first events.
func (accumulator *Accumulator) Objects() ([]Object, error) {
	count, err := accumulator.call(accumulator.instance.Function("objectCount"))
	if err != nil {
		return nil, err
	}
	objects := make([]Object, 0, count)
	objectAt := accumulator.instance.Function("objectAt")
	for index := range count {
		number, err := accumulator.call(objectAt, uint64(index))
		if err != nil {
			return nil, err
		}
		object, err := accumulator.Object(int(number))
		if err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
	return objects, nil
}

// Object returns the type and the identifier of an object, or [ErrNoObject].
func (accumulator *Accumulator) Object(number int) (Object, error) {
	messageType, err := accumulator.output(accumulator.instance.Function("objectType"), number)
	if err != nil {
		return Object{}, err
	}
	object := Object{Number: number, Type: protoreflect.FullName(messageType)}
	id, err := accumulator.output(accumulator.instance.Function("objectId"), number)
	object.ID = string(id)
	return object, err
}

// Find returns the number of the object with a type and an identifier, or 0.
func (accumulator *Accumulator) Find(messageType protoreflect.FullName, id string) int {
	if accumulator.err != nil || accumulator.instance.Put([]byte(string(messageType)+id)) != nil {
		return 0
	}
	find := accumulator.instance.Function("find")
	number, err := accumulator.call(find, uint64(len(messageType)), uint64(len(id)))
	if err != nil {
		return 0
	}
	return int(number)
}

// Get returns the current state of the object with a type and an identifier, as a binary
// message, or [ErrNoObject].
func (accumulator *Accumulator) Get(messageType protoreflect.FullName, id string) ([]byte, error) {
	return accumulator.Snapshot(accumulator.Find(messageType, id))
}

// Snapshot returns the current state of the object with a number, as a binary message, or
// [ErrNoObject].
func (accumulator *Accumulator) Snapshot(number int) ([]byte, error) {
	return orNil(accumulator.AppendSnapshot([]byte{}, number))
}

// AppendSnapshot is like [Accumulator.Snapshot], but appends to dst and returns the extended
// buffer. It does not allocate if dst has the capacity.
func (accumulator *Accumulator) AppendSnapshot(dst []byte, number int) ([]byte, error) {
	object, err := accumulator.output(accumulator.snapshot, number)
	return append(dst, object...), err
}

// Unmarshal reads the current state of an object into a message of its type.
func (accumulator *Accumulator) Unmarshal(number int, message proto.Message) error {
	object, err := accumulator.Object(number)
	if err != nil {
		return err
	}
	if err := checkType("an object", object.Type, message); err != nil {
		return err
	}
	binary, err := accumulator.output(accumulator.snapshot, number)
	if err != nil {
		return err
	}
	return proto.Unmarshal(binary, message)
}

// Remove removes an object, to make room for others. It returns whether there was one.
func (accumulator *Accumulator) Remove(number int) bool {
	removed, err := accumulator.call(accumulator.instance.Function("remove"), uint64(uint32(number)))
	return err == nil && removed == 1
}

// output returns the output about an object. It is valid until the next call.
func (accumulator *Accumulator) output(function api.Function, number int) ([]byte, error) {
	size, err := accumulator.call(function, uint64(uint32(number)))
	if err != nil {
		return nil, err
	}
	if int32(size) < 0 {
		return nil, ErrNoObject
	}
	return accumulator.instance.Output(size)
}

// refusal tells why the last event was refused.
func (accumulator *Accumulator) refusal() error {
	code := accumulator.instance.Word(host.ResultCode)
	if code == 0 || int(code) >= len(accumulationCodes) {
		err := fmt.Errorf("stepwire: the kernel stopped with code %d", code)
		accumulator.fail(err)
		return err
	}
	refusal := &AccumulationError{Code: accumulationCodes[code]}
	var objectType string
	for index, text := range []*string{
		&objectType, &refusal.ID, &refusal.Pointer, &refusal.Expected, &refusal.Found,
	} {
		word := uint32(resultRefusal + 2*index)
		found, err := accumulator.instance.Read(accumulator.instance.Word(word), accumulator.instance.Word(word+1))
		if err != nil {
			return err
		}
		*text = string(found)
	}
	refusal.Type = protoreflect.FullName(objectType)
	return refusal
}
