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
	// body is the body of an event if it is not a part of the event.
	body       []byte
	difference difference
	layout     layout
	// isLayoutValid says that the next event may have the same changed values.
	isLayoutValid bool
	history       history
	copies        copyFinder
	texts         textList
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
		writer.history, writer.copies = history{}, copyFinder{}
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
	if writer.isLayoutValid && writer.writeLikeLast(event) {
		return
	}
	writer.isLayoutValid = false
	number, found, ok := writer.findPayload(event)
	if !ok {
		writer.writeBody(shape{}, event)
		return
	}
	arm := writer.arms[number]
	value, before := event[found.start:found.end], writer.state.slots[arm.slot]
	difference := &writer.difference
	difference.compare(value, writer.payload, before)
	next := shape{arm: number, slot: arm.slot}
	isWhole := len(writer.event) == 1
	if isWhole && difference.findValues(value, writer.payload, before, arm.message) {
		next.kind = kindValues
		next.count = copy(next.paths[:], difference.paths)
		writer.writeValues(next, difference.values)
		writer.state.set(arm.slot, value)
		writer.isLayoutValid = !difference.hasMessages &&
			writer.layout.find(writer.state.slots[arm.slot], difference.paths) == ""
		return
	}
	next.mask = difference.mask
	if isWhole {
		next.kind = kindPayload
	}
	writer.writeFields(next, event, found)
	writer.state.set(arm.slot, value)
}

// writeLikeLast writes an event with the shape of the last one, if only the same values
// have changed.
func (writer *Writer) writeLikeLast(event []byte) bool {
	shape, before := writer.shape, writer.state.slots[writer.shape.slot]
	whole := [1]field{{shape.arm, 0, len(event)}}
	found, ok := locateArm(event, whole[:])
	if !ok || before == nil || !writer.state.fits(shape.slot, found.end-found.start) {
		return false
	}
	value := event[found.start:found.end]
	if !writer.layout.match(before.bytes, value) {
		return false
	}
	writer.writeValues(shape, writer.layout.values)
	writer.state.set(shape.slot, value)
	writer.layout.move()
	return true
}

// locateArm finds the payload of an event that has only one field.
func locateArm(event []byte, whole []field) (span, bool) {
	tag, _ := consumeVarint(event, maxTagBytes)
	if tag>>3 != whole[0].number {
		return span{}, false
	}
	return locate(event, whole, 0)
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

// writeValues writes the values that differ from the previous payload.
func (writer *Writer) writeValues(next shape, values [][]byte) {
	last := len(values) - 1
	if last == 0 {
		writer.writeText(next, values[0])
		return
	}
	writer.body = writer.body[:0]
	for _, value := range values[:last] {
		writer.body = protowire.AppendVarint(writer.body, uint64(len(value)))
		writer.body = append(writer.body, value...)
	}
	writer.body = append(writer.body, values[last]...)
	writer.writeBody(next, writer.body)
}

// writeText writes the only changed value, or the place of an equal one.
func (writer *Writer) writeText(next shape, text []byte) {
	if place := writer.texts.find(text); place >= 0 {
		writer.head(next, uint64(place)<<headShift|headText, 0)
		writer.history.add(text)
		return
	}
	writer.texts.add(text)
	writer.writeBody(next, text)
}

// writeFields writes the event or the payload without the fields that equal those of the
// previous payload.
func (writer *Writer) writeFields(next shape, event []byte, found span) {
	writer.body = writer.body[:0]
	if next.kind == kindEvent {
		size := found.end - found.start
		for _, index := range writer.difference.kept {
			size -= writer.payload[index].end - writer.payload[index].start
		}
		writer.body = append(writer.body, event[:found.sizeAt]...)
		writer.body = protowire.AppendVarint(writer.body, uint64(size))
	}
	position := found.start
	for _, index := range writer.difference.kept {
		field := writer.payload[index]
		writer.body = append(writer.body, event[position:found.start+field.start]...)
		position = found.start + field.end
	}
	writer.body = append(writer.body, event[position:]...)
	writer.writeBody(next, writer.body)
}

// writeBody writes the head and the shape of an event, and its body without the parts
// that are copied.
func (writer *Writer) writeBody(next shape, body []byte) {
	writer.copies.history = &writer.history
	parts, copied := writer.copies.find(body)
	writer.head(next, uint64(len(body)-copied+1)<<headShift, len(parts))
	for _, part := range parts {
		writer.append(uint64(part.gap), uint64(part.length), uint64(part.distance))
	}
	for _, part := range parts {
		writer.output = append(writer.output, body[:part.gap]...)
		writer.history.add(body[:part.gap])
		body = body[part.gap+part.length:]
	}
	writer.output = append(writer.output, body...)
	writer.history.add(body)
}

// head writes the head of an event, and its shape if parts are copied or it differs from
// the last one.
func (writer *Writer) head(next shape, head uint64, copies int) {
	if copies == 0 && next == writer.shape {
		writer.append(head)
		return
	}
	writer.shape = next
	first := next.arm << armShift
	if copies > 0 {
		first |= armCopies
	}
	writer.append(head|headShape, first)
	if next.arm > 0 {
		form, content := next.kind, next.mask
		if next.kind == kindValues {
			content = uint64(next.count)
		}
		if next.slot != next.arm {
			form |= formSlot
		}
		writer.append(content<<formShift | form)
		if next.slot != next.arm {
			writer.append(next.slot)
		}
		writer.append(next.paths[:next.count]...)
	}
	if copies > 0 {
		writer.append(uint64(copies))
	}
}

func numberError(number, least uint64) error {
	return fmt.Errorf("stepwire: the number of an event is %d; it must be from %d to 2^53 - 1", number, least)
}
