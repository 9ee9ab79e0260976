package stream

import (
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// ErrEnded says that the stream was ended before.
var ErrEnded = errors.New("stepwire: the stream has ended")

// Writer writes event messages as a stream. Each call writes to the destination once,
// what a reader needs to restore these events. It is not safe for concurrent use.
type Writer struct {
	destination io.Writer
	compressor  *compressor
	arms        map[uint64]arm
	state       state
	output      []byte
	event       []field
	payload     []field
	difference  difference
	// shape is that of the last event.
	shape   shape
	number  uint64
	started bool
	err     error
}

// NewWriter returns a writer. The options of the event message say which payloads repeat
// their fields. Nothing is written yet.
func NewWriter(destination io.Writer, schema protoreflect.MessageDescriptor, options ...Option) (*Writer, error) {
	resolved, err := resolve(options)
	if err != nil {
		return nil, err
	}
	number := resolved.firstNumber
	if !resolved.hasFirstNumber {
		number = 1
	}
	if number > maxVarint {
		return nil, numberError(number, 0)
	}
	compressor, err := newCompressor(resolved.encoding)
	if err != nil {
		return nil, err
	}
	return &Writer{
		destination: destination,
		compressor:  compressor,
		arms:        repeatingArms(schema),
		state:       newState(resolved.maxStateBytes),
		number:      number,
	}, nil
}

// Number returns the number of the next event.
func (writer *Writer) Number() uint64 {
	return writer.number
}

// Write writes a block of event messages in binary, which are numbered consecutively.
func (writer *Writer) Write(events ...[]byte) error {
	return writer.WriteFrom(writer.number, events...)
}

// WriteFrom writes a block of event messages, of which the first has a number that is
// not less than [Writer.Number].
func (writer *Writer) WriteFrom(number uint64, events ...[]byte) error {
	last := number + uint64(len(events))
	if number < writer.number || number > maxVarint || last > maxVarint+1 {
		return numberError(number, writer.number)
	}
	if err := writer.start(); err != nil {
		return err
	}
	if number > writer.number && len(events) > 0 {
		writer.append(controlHead, controlJump, number)
		writer.number = number
	}
	for _, event := range events {
		writer.write(event)
	}
	writer.number += uint64(len(events))
	return writer.send(false)
}

// Alive writes a record without content, which shows that the stream is alive.
func (writer *Writer) Alive() error {
	if err := writer.start(); err != nil {
		return err
	}
	writer.append(controlHead, controlAlive)
	return writer.send(false)
}

// End ends the stream. It does not close the destination.
func (writer *Writer) End() error {
	if err := writer.start(); err != nil {
		return err
	}
	writer.append(controlHead, controlEnd)
	return writer.send(true)
}

// Fail ends the stream with a failure. The transport defines the meaning of the detail.
func (writer *Writer) Fail(detail []byte) error {
	if err := writer.start(); err != nil {
		return err
	}
	writer.append(controlHead, controlFailure, uint64(len(detail)))
	writer.output = append(writer.output, detail...)
	return writer.send(true)
}

func (writer *Writer) start() error {
	if writer.err == nil && !writer.started {
		writer.started = true
		writer.output = append(writer.output, magic...)
		writer.append(version, writer.number)
	}
	return writer.err
}

// send writes the collected bytes. After an error, the writer cannot be used.
func (writer *Writer) send(isLast bool) error {
	block := writer.output
	var err error
	if writer.compressor != nil {
		block, err = writer.compressor.compress(block, isLast)
	}
	if err == nil && len(block) > 0 {
		_, err = writer.destination.Write(block)
	}
	writer.output = writer.output[:0]
	if cap(writer.output) > keptBytes {
		writer.output = nil
	}
	if writer.err = err; err == nil && isLast {
		writer.err = ErrEnded
	}
	if writer.err != nil {
		writer.state.clear()
		writer.compressor = nil
	}
	return err
}

func (writer *Writer) append(numbers ...uint64) {
	for _, number := range numbers {
		writer.output = protowire.AppendVarint(writer.output, number)
	}
}

func (writer *Writer) write(event []byte) {
	number, found, ok := writer.findPayload(event)
	if !ok {
		writer.head(shape{}, len(event))
		writer.output = append(writer.output, event...)
		return
	}
	arm := writer.arms[number]
	value := event[found.start:found.end]
	difference := &writer.difference
	difference.compare(value, writer.payload, writer.state.slots[arm.slot], arm.message)
	next := shape{arm: number, slot: arm.slot}
	isWhole := len(writer.event) == 1
	if isWhole && difference.count > 0 {
		next.isValue, next.steps, next.count = true, difference.steps, difference.count
		changed := value[difference.value.start:difference.value.end]
		writer.head(next, len(changed))
		writer.output = append(writer.output, changed...)
	} else {
		next.mask = difference.mask
		writer.writeFields(next, event, found)
	}
	writer.state.set(arm.slot, value)
}

// findPayload finds the payload of an event that can be remembered, and its fields.
func (writer *Writer) findPayload(event []byte) (uint64, span, bool) {
	var ok bool
	if writer.event, ok = readFields(writer.event, event); !ok {
		return 0, span{}, false
	}
	for index, field := range writer.event {
		arm, ok := writer.arms[field.number]
		if !ok {
			continue
		}
		found, ok := locate(event, writer.event, index)
		if !ok {
			continue
		}
		writer.payload, ok = readFields(writer.payload, event[found.start:found.end])
		if ok && writer.state.fits(arm.slot, found.end-found.start) {
			return field.number, found, true
		}
	}
	return 0, span{}, false
}

// writeFields writes the event without the fields that equal those of the previous
// payload.
func (writer *Writer) writeFields(next shape, event []byte, found span) {
	size := found.end - found.start - writer.difference.size
	sizeBytes := protowire.SizeVarint(uint64(size))
	writer.head(next, found.sizeAt+sizeBytes+size+len(event)-found.end)
	writer.output = append(writer.output, event[:found.sizeAt]...)
	writer.append(uint64(size))
	position := found.start
	for _, index := range writer.difference.equal {
		field := writer.payload[index]
		writer.output = append(writer.output, event[position:found.start+field.start]...)
		position = found.start + field.end
	}
	writer.output = append(writer.output, event[position:]...)
}

// head writes the head of an event, and its shape if it differs from the last one.
func (writer *Writer) head(next shape, size int) {
	head := 2 * (uint64(size) + 1)
	if next == writer.shape {
		writer.append(head)
		return
	}
	writer.shape = next
	writer.append(head+1, next.arm)
	if next.arm == 0 {
		return
	}
	form, content := uint64(0), next.mask
	if next.isValue {
		form, content = formValue, uint64(next.count)
	}
	if next.slot != next.arm {
		form |= formSlot
	}
	writer.append(content<<formShift | form)
	if next.slot != next.arm {
		writer.append(next.slot)
	}
	writer.append(next.steps[:next.count]...)
}

func numberError(number, least uint64) error {
	return fmt.Errorf("stepwire: the number of an event is %d; it must be from %d to 2^53 - 1", number, least)
}
