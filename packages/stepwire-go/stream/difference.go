package stream

import "google.golang.org/protobuf/reflect/protoreflect"

// difference is what a payload has in common with the previous one.
type difference struct {
	// mask has a bit for each field of the previous payload that equals one of the new
	// payload; equal has the indexes of these in the new payload, size their bytes.
	mask  uint64
	equal []int
	size  int
	// steps lead to the only value that changed; there are none if more has changed.
	steps [maxSteps]uint64
	count int
	// value is the place of that value in the new payload.
	value span

	now, before [2][]field
}

// compare compares a payload with the previous one, which is nil if there is none.
func (difference *difference) compare(
	value []byte, fields []field, before *payload, message protoreflect.MessageDescriptor,
) {
	difference.mask, difference.size, difference.count = 0, 0, 0
	difference.equal = difference.equal[:0]
	difference.steps = [maxSteps]uint64{}
	if before == nil {
		return
	}
	index := 0
	for former, field := range before.fields {
		for index < len(fields) && fields[index].number < field.number {
			index++
		}
		if index < len(fields) && equalFields(value, fields[index], before.bytes, field) {
			difference.mask |= 1 << former
			difference.equal = append(difference.equal, index)
			difference.size += field.end - field.start
		}
	}
	if len(fields) == len(before.fields) && len(difference.equal) == len(fields)-1 {
		difference.enter(value, fields, before, message)
	}
}

// enter follows the only changed field, as far as only one field in it has changed.
func (difference *difference) enter(
	value []byte, fields []field, before *payload, message protoreflect.MessageDescriptor,
) {
	oldValue, oldFields, offset := before.bytes, before.fields, 0
	for {
		index := onlyChange(value, fields, oldValue, oldFields)
		if index < 0 {
			return
		}
		found, ok := locate(value, fields, index)
		old, isLocated := locate(oldValue, oldFields, index)
		if !ok || !isLocated {
			return
		}
		difference.steps[difference.count] = uint64(index)
		difference.count++
		difference.value = span{offset + found.sizeAt, offset + found.start, offset + found.end}
		message = messageIn(message, fields[index].number)
		if message == nil || difference.count == maxSteps {
			return
		}
		offset += found.start
		value, oldValue = value[found.start:found.end], oldValue[old.start:old.end]
		depth := difference.count % 2
		difference.now[depth], ok = readFields(difference.now[depth], value)
		difference.before[depth], isLocated = readFields(difference.before[depth], oldValue)
		if !ok || !isLocated {
			return
		}
		fields, oldFields = difference.now[depth], difference.before[depth]
	}
}

// onlyChange returns the index of the only field that differs between two messages with
// the same fields, or -1.
func onlyChange(value []byte, fields []field, oldValue []byte, oldFields []field) int {
	if len(fields) != len(oldFields) {
		return -1
	}
	changed := -1
	for index := range fields {
		if fields[index].number != oldFields[index].number {
			return -1
		}
		if equalFields(value, fields[index], oldValue, oldFields[index]) {
			continue
		}
		if changed >= 0 {
			return -1
		}
		changed = index
	}
	return changed
}
