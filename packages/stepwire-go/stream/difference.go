package stream

import "google.golang.org/protobuf/reflect/protoreflect"

// difference is what a payload has in common with the previous one.
type difference struct {
	// mask has a bit for each field of the previous payload that the new one does not
	// have or that differs; kept has the indexes of the others in the new payload.
	mask uint64
	kept []int
	// paths lead to the changed values; there are none if these cannot be written alone.
	paths  []uint64
	values [][]byte
	// hasMessages says that one of these values is a message, in which there may be
	// smaller changes.
	hasMessages bool

	steps       [maxSteps]int
	now, before [maxSteps][]field
}

// compare compares a payload with the previous one, which is nil if there is none.
func (difference *difference) compare(value []byte, fields []field, before *payload) {
	difference.mask = 0
	difference.kept = difference.kept[:0]
	if before == nil {
		return
	}
	index := 0
	for former, field := range before.fields {
		for index < len(fields) && fields[index].number < field.number {
			index++
		}
		if index < len(fields) && equalFields(value, fields[index], before.bytes, field) {
			difference.kept = append(difference.kept, index)
		} else {
			difference.mask |= 1 << former
		}
	}
}

// findValues finds the changed values, after compare. It returns whether they can be
// written alone.
func (difference *difference) findValues(
	value []byte, fields []field, before *payload, message protoreflect.MessageDescriptor,
) bool {
	difference.clear(0)
	difference.hasMessages = false
	if before == nil || difference.mask == 0 {
		return false
	}
	if !difference.enter(value, fields, before.bytes, before.fields, message, 0) {
		difference.clear(0)
		return false
	}
	return true
}

// enter finds the changed values in a message. It returns false if something else has
// changed.
func (difference *difference) enter(
	value []byte, fields []field, old []byte, oldFields []field, message protoreflect.MessageDescriptor, depth int,
) bool {
	if len(fields) != len(oldFields) || depth == maxSteps {
		return false
	}
	for index := range fields {
		if fields[index].number != oldFields[index].number {
			return false
		}
	}
	for index := range fields {
		if equalFields(value, fields[index], old, oldFields[index]) {
			continue
		}
		difference.steps[depth] = index
		if !difference.add(value, fields, old, oldFields, message, depth) {
			return false
		}
	}
	return true
}

// add adds the value of a field, or the changed values in it.
func (difference *difference) add(
	value []byte, fields []field, old []byte, oldFields []field, message protoreflect.MessageDescriptor, depth int,
) bool {
	index := difference.steps[depth]
	found, ok := locate(value, fields, index)
	former, isLocated := locate(old, oldFields, index)
	if !ok || !isLocated {
		return false
	}
	inner, count := messageIn(message, fields[index].number), len(difference.paths)
	hadMessages := difference.hasMessages
	if inner != nil {
		changed, replaced := value[found.start:found.end], old[former.start:former.end]
		difference.now[depth], ok = readFields(difference.now[depth], changed)
		difference.before[depth], isLocated = readFields(difference.before[depth], replaced)
		if ok && isLocated &&
			difference.enter(changed, difference.now[depth], replaced, difference.before[depth], inner, depth+1) {
			return true
		}
		difference.clear(count)
	}
	difference.hasMessages = hadMessages || inner != nil
	difference.paths = append(difference.paths, packPath(difference.steps[:depth+1]))
	difference.values = append(difference.values, value[found.start:found.end])
	return len(difference.paths) <= maxValues
}

func (difference *difference) clear(count int) {
	difference.paths = difference.paths[:count]
	difference.values = difference.values[:count]
}
