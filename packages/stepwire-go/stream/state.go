package stream

// payload is the previous payload of one message type.
type payload struct {
	bytes  []byte
	fields []field
}

// state has the payloads that a writer or a reader remembers, one for each slot.
type state struct {
	slots map[uint64]*payload
	limit int
	size  int
}

func newState(limit int) state {
	return state{slots: map[uint64]*payload{}, limit: limit}
}

// fits returns whether a payload of this size can be remembered.
func (state *state) fits(slot uint64, size int) bool {
	used := state.size
	if former := state.slots[slot]; former != nil {
		used -= slotBytes + len(former.bytes)
	}
	return used+slotBytes+size <= state.limit
}

// set remembers a payload in place of the former one. It must fit, and its fields must
// be readable.
func (state *state) set(slot uint64, value []byte) {
	kept := state.slots[slot]
	if kept == nil {
		kept = &payload{}
		state.slots[slot] = kept
		state.size += slotBytes
	}
	state.size += len(value) - len(kept.bytes)
	if len(value) < cap(kept.bytes)/4 {
		kept.bytes = nil
	}
	kept.bytes = append(kept.bytes[:0], value...)
	kept.fields, _ = readFields(kept.fields, kept.bytes)
}

func (state *state) clear() {
	state.slots, state.size = nil, 0
}
