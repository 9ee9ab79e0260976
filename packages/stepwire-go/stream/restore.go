package stream

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// restorer restores events from what was written and from the previous payloads.
type restorer struct {
	state         state
	maxEventBytes int
	event         []field
	payload       []field
	layout        layout
}

// restore returns the event that a body was written for, in a buffer of its own. isNew
// says that the shape was given with this event.
func (restorer *restorer) restore(shape *shape, isNew bool, body []byte) ([]byte, *refusal) {
	if shape.arm == 0 {
		return append(make([]byte, 0, len(body)), body...), nil
	}
	before := restorer.state.slots[shape.slot]
	if before == nil {
		if shape.kind == kindValues || shape.mask != 0 {
			expected := fmt.Sprintf("a previous payload in slot %d", shape.slot)
			return nil, &refusal{MissingReference, expected, "none", nil}
		}
		before = &payload{}
	}
	var event []byte
	var found span
	var refused *refusal
	if shape.kind == kindValues {
		event, found, refused = restorer.restoreValues(shape, isNew, before, body)
	} else {
		event, found, refused = restorer.restoreFields(shape, before, body)
	}
	if refused == nil {
		restorer.state.set(shape.slot, event[found.start:found.end])
	}
	return event, refused
}

// restoreFields inserts the fields that were kept. It also returns the place of the
// payload.
func (restorer *restorer) restoreFields(shape *shape, before *payload, body []byte) ([]byte, span, *refusal) {
	old, ok := restorer.findPayload(shape, body)
	if !ok {
		expected := fmt.Sprintf("an event with a payload in field %d, and fields in ascending order", shape.arm)
		return nil, span{}, &refusal{Malformed, expected, "other bytes", nil}
	}
	written := body[old.start:old.end]
	kept, refused := restorer.keptBytes(shape.mask, before)
	if refused != nil {
		return nil, span{}, refused
	}
	head := body[:old.sizeAt]
	if shape.kind == kindPayload {
		head = protowire.AppendTag(nil, protowire.Number(shape.arm), protowire.BytesType)
	}
	size := len(written) + kept
	start := len(head) + protowire.SizeVarint(uint64(size))
	whole := start + size + len(body) - old.end
	if refused := restorer.check(shape.slot, whole, size); refused != nil {
		return nil, span{}, refused
	}
	event := append(make([]byte, 0, whole), head...)
	event = protowire.AppendVarint(event, uint64(size))
	position, index := 0, 0
	for former, field := range before.fields {
		if shape.mask>>former&1 != 0 {
			continue
		}
		for index < len(restorer.payload) && restorer.payload[index].number < field.number {
			index++
		}
		until := len(written)
		if index < len(restorer.payload) {
			until = restorer.payload[index].start
		}
		event = append(event, written[position:until]...)
		event = append(event, before.bytes[field.start:field.end]...)
		position = until
	}
	event = append(event, written[position:]...)
	return append(event, body[old.end:]...), span{start: start, end: start + size}, nil
}

// findPayload finds the payload in a body, and reads its fields.
func (restorer *restorer) findPayload(shape *shape, body []byte) (span, bool) {
	found, ok := span{end: len(body)}, true
	if shape.kind == kindEvent {
		if restorer.event, ok = readFields(restorer.event, body); !ok {
			return span{}, false
		}
		index := indexOf(restorer.event, shape.arm)
		if index < 0 {
			return span{}, false
		}
		found, ok = locate(body, restorer.event, index)
	}
	if ok {
		restorer.payload, ok = readFields(restorer.payload, body[found.start:found.end])
	}
	return found, ok
}

// keptBytes checks the fields that were kept, and returns the number of their bytes.
func (restorer *restorer) keptBytes(mask uint64, before *payload) (int, *refusal) {
	size, count := 0, len(restorer.payload)
	for index, field := range before.fields {
		if mask>>index&1 != 0 {
			continue
		}
		if indexOf(restorer.payload, field.number) >= 0 {
			expected := fmt.Sprintf("no field %d, which is kept", field.number)
			return 0, &refusal{Malformed, expected, "this field", nil}
		}
		size += field.end - field.start
		count++
	}
	if mask>>len(before.fields) != 0 {
		found := fmt.Sprintf("a payload with %d fields", len(before.fields))
		return 0, &refusal{MissingReference, "a mask of the fields of the previous payload", found, nil}
	}
	if count > maxFields {
		expected := fmt.Sprintf("at most %d fields in a payload", maxFields)
		return 0, &refusal{Malformed, expected, "more", nil}
	}
	return size, nil
}

// restoreValues replaces values of the previous payload. It also returns the place of
// the new payload.
func (restorer *restorer) restoreValues(
	shape *shape, isNew bool, before *payload, body []byte,
) ([]byte, span, *refusal) {
	layout := &restorer.layout
	if isNew {
		switch layout.find(before, shape.paths[:shape.count]) {
		case MissingReference:
			expected := "steps to length-delimited fields of the previous payload"
			return nil, span{}, &refusal{MissingReference, expected, "another step", nil}
		case Malformed:
			return nil, span{}, &refusal{Malformed, "paths in ascending order", "another path", nil}
		}
	}
	if !layout.split(body) {
		expected := fmt.Sprintf("%d values in the body", shape.count)
		return nil, span{}, &refusal{Malformed, expected, "the end of the body", nil}
	}
	size := len(before.bytes) + layout.resize()
	tag := protowire.EncodeTag(protowire.Number(shape.arm), protowire.BytesType)
	start := protowire.SizeVarint(tag) + protowire.SizeVarint(uint64(size))
	if refused := restorer.check(shape.slot, start+size, size); refused != nil {
		return nil, span{}, refused
	}
	event := protowire.AppendVarint(make([]byte, 0, start+size), tag)
	event = protowire.AppendVarint(event, uint64(size))
	event = layout.append(event, before.bytes)
	layout.move()
	return event, span{start: start, end: start + size}, nil
}

// check refuses events and payloads that are too large.
func (restorer *restorer) check(slot uint64, eventSize, payloadSize int) *refusal {
	if eventSize > restorer.maxEventBytes {
		expected := fmt.Sprintf("an event of at most %d bytes", restorer.maxEventBytes)
		return &refusal{TooLarge, expected, fmt.Sprintf("%d bytes", eventSize), nil}
	}
	if !restorer.state.fits(slot, payloadSize) {
		expected := fmt.Sprintf("payloads to remember of at most %d bytes", restorer.state.limit)
		return &refusal{StateTooLarge, expected, fmt.Sprintf("another payload of %d bytes", payloadSize), nil}
	}
	return nil
}
