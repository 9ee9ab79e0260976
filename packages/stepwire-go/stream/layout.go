package stream

import (
	"bytes"

	"google.golang.org/protobuf/encoding/protowire"
)

// place is a changed value in a payload, or a message around one.
type place struct {
	span
	// parent is the index of the place around it, or -1.
	parent  int
	isValue bool
	// size is that of the content in the new payload, more is how much more that is.
	size, more int
	// read is the size in a payload that is compared.
	read int
}

// layout has the places of the changed values in a payload, in the order of the bytes.
// They move with each event, so that nothing is parsed while the shape stays the same.
type layout struct {
	places []place
	// values are the changed values of the new event.
	values [][]byte

	path   [maxSteps]int
	fields []field
}

// find finds the places that paths lead to. It returns the code of an error, or "".
func (layout *layout) find(before *payload, paths []uint64) Code {
	layout.places, layout.values = layout.places[:0], layout.values[:0]
	var buffers [2][maxSteps]int
	var previous []int
	for index, path := range paths {
		steps := unpackPath(path, &buffers[index%2])
		common := 0
		for common < len(previous) && common < len(steps) && steps[common] == previous[common] {
			common++
		}
		isAfter := index == 0 || common < len(previous) && common < len(steps) && steps[common] > previous[common]
		if len(steps) == 0 || !isAfter {
			return Malformed
		}
		for depth := common; depth < len(steps); depth++ {
			if !layout.enter(before, depth, steps[depth]) {
				return MissingReference
			}
		}
		layout.places[len(layout.places)-1].isValue = true
		layout.values = append(layout.values, nil)
		previous = steps
	}
	return ""
}

// enter adds the place that a step leads to. It returns false if there is none.
func (layout *layout) enter(before *payload, depth, step int) bool {
	parent, offset, message, fields := -1, 0, before.bytes, before.fields
	if depth > 0 {
		parent = layout.path[depth-1]
		around := layout.places[parent]
		offset, message = around.start, before.bytes[around.start:around.end]
		var ok bool
		if layout.fields, ok = readFields(layout.fields, message); !ok {
			return false
		}
		fields = layout.fields
	}
	if step >= len(fields) {
		return false
	}
	found, ok := locate(message, fields, step)
	if !ok {
		return false
	}
	found = span{offset + found.sizeAt, offset + found.start, offset + found.end}
	layout.path[depth] = len(layout.places)
	layout.places = append(layout.places, place{span: found, parent: parent})
	return true
}

// match finds the changed values in a payload that equals the previous one apart from
// them. It returns false if it does not.
func (layout *layout) match(former, value []byte) bool {
	from, at, index := 0, 0, 0
	for position := range layout.places {
		place := &layout.places[position]
		length := place.sizeAt - from
		if length > len(value)-at || !bytes.Equal(former[from:place.sizeAt], value[at:at+length]) {
			return false
		}
		at += length
		size, sizeBytes := consumeVarint(value[at:], maxSizeBytes)
		at += sizeBytes
		if sizeBytes == 0 || size > uint64(len(value)-at) {
			return false
		}
		place.read = int(size)
		from = place.start
		if place.isValue {
			layout.values[index] = value[at : at+place.read]
			index++
			at += place.read
			from = place.end
		}
	}
	if !bytes.Equal(former[from:], value[at:]) || len(former)+layout.resize() != len(value) {
		return false
	}
	for _, place := range layout.places {
		if place.read != place.size {
			return false
		}
	}
	return true
}

// split finds the values in a body: each but the last one follows its size. It returns
// false if a value is cut off.
func (layout *layout) split(body []byte) bool {
	last := len(layout.values) - 1
	for index := range last {
		size, sizeBytes := consumeVarint(body, maxVarintBytes)
		if sizeBytes == 0 || size > uint64(len(body)-sizeBytes) {
			return false
		}
		body = body[sizeBytes:]
		layout.values[index], body = body[:size], body[size:]
	}
	layout.values[last] = body
	return true
}

// resize computes the sizes for new values. It returns how many bytes the new payload
// has more than the previous one.
func (layout *layout) resize() int {
	total, index := 0, len(layout.values)
	for position := range layout.places {
		layout.places[position].more = 0
	}
	for position := len(layout.places) - 1; position >= 0; position-- {
		place := &layout.places[position]
		former := place.end - place.start
		place.size = former + place.more
		if place.isValue {
			index--
			place.size = len(layout.values[index])
		}
		more := place.size - former + protowire.SizeVarint(uint64(place.size)) - place.start + place.sizeAt
		if place.parent < 0 {
			total += more
		} else {
			layout.places[place.parent].more += more
		}
	}
	return total
}

// append appends the new payload, after resize.
func (layout *layout) append(event, former []byte) []byte {
	from, index := 0, 0
	for _, place := range layout.places {
		event = append(event, former[from:place.sizeAt]...)
		event = protowire.AppendVarint(event, uint64(place.size))
		from = place.start
		if place.isValue {
			event = append(event, layout.values[index]...)
			index++
			from = place.end
		}
	}
	return append(event, former[from:]...)
}

// move moves the places to where they are in the new payload, after resize.
func (layout *layout) move() {
	from, to := 0, 0
	for position := range layout.places {
		place := &layout.places[position]
		to += place.sizeAt - from
		from = place.start
		if place.isValue {
			from = place.end
		}
		start := to + protowire.SizeVarint(uint64(place.size))
		place.span = span{to, start, start + place.size}
		to = start
		if place.isValue {
			to = place.end
		}
	}
}
