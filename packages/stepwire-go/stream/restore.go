package stream

import (
	"fmt"
	"math/bits"

	"google.golang.org/protobuf/encoding/protowire"
)

// restorer restores events from what was written and from the previous payloads.
type restorer struct {
	state         state
	maxEventBytes int
	event         []field
	payload       []field
	// One list of fields for the odd steps to a changed value, one for the even ones.
	steps [2][]field
	spans [maxSteps]span
	sizes [maxSteps]int
}

// restore returns the event that a body was written for, in a buffer of its own.
func (restorer *restorer) restore(shape *shape, body []byte) ([]byte, *refusal) {
	if shape.arm == 0 {
		return append(make([]byte, 0, len(body)), body...), nil
	}
	before := restorer.state.slots[shape.slot]
	if before == nil {
		if shape.isValue || shape.mask != 0 {
			expected := fmt.Sprintf("a previous payload in slot %d", shape.slot)
			return nil, &refusal{MissingReference, expected, "none", nil}
		}
		before = &payload{}
	}
	restore := restorer.restoreFields
	if shape.isValue {
		restore = restorer.restoreValue
	}
	event, found, refused := restore(shape, before, body)
	if refused == nil {
		restorer.state.set(shape.slot, event[found.start:found.end])
	}
	return event, refused
}

// restoreFields inserts the fields that were left out. It also returns the place of
// the payload.
func (restorer *restorer) restoreFields(shape *shape, before *payload, body []byte) ([]byte, span, *refusal) {
	old, ok := restorer.findPayload(shape.arm, body)
	if !ok {
		expected := fmt.Sprintf("an event with a payload in field %d, and fields in ascending order", shape.arm)
		return nil, span{}, &refusal{Malformed, expected, "other bytes", nil}
	}
	written := body[old.start:old.end]
	left, refused := restorer.leftBytes(shape.mask, before)
	if refused != nil {
		return nil, span{}, refused
	}
	size := len(written) + left
	start := old.sizeAt + protowire.SizeVarint(uint64(size))
	whole := start + size + len(body) - old.end
	if refused := restorer.check(shape.slot, whole, size); refused != nil {
		return nil, span{}, refused
	}
	event := append(make([]byte, 0, whole), body[:old.sizeAt]...)
	event = protowire.AppendVarint(event, uint64(size))
	position, index := 0, 0
	for mask := shape.mask; mask != 0; mask &= mask - 1 {
		field := before.fields[bits.TrailingZeros64(mask)]
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
	return append(event, body[old.end:]...), span{old.sizeAt, start, start + size}, nil
}

// findPayload finds the payload in a body, and reads the fields of both.
func (restorer *restorer) findPayload(arm uint64, body []byte) (span, bool) {
	var ok bool
	if restorer.event, ok = readFields(restorer.event, body); !ok {
		return span{}, false
	}
	index := indexOf(restorer.event, arm)
	if index < 0 {
		return span{}, false
	}
	found, ok := locate(body, restorer.event, index)
	if ok {
		restorer.payload, ok = readFields(restorer.payload, body[found.start:found.end])
	}
	return found, ok
}

// leftBytes checks the fields that were left out, and returns the number of their bytes.
func (restorer *restorer) leftBytes(mask uint64, before *payload) (int, *refusal) {
	size := 0
	for rest := mask; rest != 0; rest &= rest - 1 {
		index := bits.TrailingZeros64(rest)
		if refused := checkReference(uint64(index), before.fields); refused != nil {
			return 0, refused
		}
		field := before.fields[index]
		if indexOf(restorer.payload, field.number) >= 0 {
			expected := fmt.Sprintf("no field %d, which is left out", field.number)
			return 0, &refusal{Malformed, expected, "this field", nil}
		}
		size += field.end - field.start
	}
	if len(restorer.payload)+bits.OnesCount64(mask) > maxFields {
		expected := fmt.Sprintf("at most %d fields in a payload", maxFields)
		return 0, &refusal{Malformed, expected, "more", nil}
	}
	return size, nil
}

// restoreValue replaces one value of the previous payload. It also returns the place of
// the new payload.
func (restorer *restorer) restoreValue(shape *shape, before *payload, body []byte) ([]byte, span, *refusal) {
	around, fields := span{end: len(before.bytes)}, before.fields
	for depth, index := range shape.steps[:shape.count] {
		if refused := checkReference(index, fields); refused != nil {
			return nil, span{}, refused
		}
		isLast := depth == shape.count-1
		inner, ok := locate(before.bytes[around.start:around.end], fields, int(index))
		inner = span{around.start + inner.sizeAt, around.start + inner.start, around.start + inner.end}
		if ok && !isLast {
			list := &restorer.steps[depth%2]
			*list, ok = readFields(*list, before.bytes[inner.start:inner.end])
			fields = *list
		}
		if !ok {
			what := "message"
			if isLast {
				what = "length-delimited field"
			}
			expected := fmt.Sprintf("a %s at step %d", what, depth+1)
			return nil, span{}, &refusal{MissingReference, expected, "another field", nil}
		}
		restorer.spans[depth] = inner
		around = inner
	}
	size := len(body)
	for depth := shape.count - 1; depth >= 0; depth-- {
		restorer.sizes[depth] = size
		inner, around := restorer.spans[depth], span{end: len(before.bytes)}
		if depth > 0 {
			around = restorer.spans[depth-1]
		}
		size += protowire.SizeVarint(uint64(size)) + inner.sizeAt - around.start + around.end - inner.end
	}
	tag := protowire.EncodeTag(protowire.Number(shape.arm), protowire.BytesType)
	start := protowire.SizeVarint(tag) + protowire.SizeVarint(uint64(size))
	if refused := restorer.check(shape.slot, start+size, size); refused != nil {
		return nil, span{}, refused
	}
	event := protowire.AppendVarint(make([]byte, 0, start+size), tag)
	event = protowire.AppendVarint(event, uint64(size))
	position := 0
	for depth := range shape.count {
		inner := restorer.spans[depth]
		event = append(event, before.bytes[position:inner.sizeAt]...)
		event = protowire.AppendVarint(event, uint64(restorer.sizes[depth]))
		position = inner.start
	}
	event = append(event, body...)
	event = append(event, before.bytes[restorer.spans[shape.count-1].end:]...)
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

func checkReference(index uint64, fields []field) *refusal {
	if index < uint64(len(fields)) {
		return nil
	}
	expected := fmt.Sprintf("field %d of a message in the previous payload", index+1)
	return &refusal{MissingReference, expected, fmt.Sprintf("a message with %d fields", len(fields)), nil}
}
