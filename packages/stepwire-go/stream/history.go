package stream

import "encoding/binary"

// history has the bodies of the events before, of which parts can be copied.
type history struct {
	// bytes is up to twice as large as needed, so that bytes rarely move.
	bytes []byte
	// total is the number of all bytes that were added.
	total int
}

// size returns the number of bytes that can be copied.
func (history *history) size() int {
	return min(len(history.bytes), historyBytes)
}

// recent returns the bytes that can be copied.
func (history *history) recent() []byte {
	return history.bytes[len(history.bytes)-history.size():]
}

func (history *history) add(body []byte) {
	history.total += len(body)
	body = body[max(len(body)-historyBytes, 0):]
	if len(history.bytes)+len(body) > 2*historyBytes {
		history.bytes = append(history.bytes[:0], history.recent()...)
	}
	history.bytes = append(history.bytes, body...)
}

// part is a part of a body that is copied from earlier bodies.
type part struct {
	// gap is the number of bytes between the part and the one before.
	gap, length int
	// distance is how far back the part starts.
	distance int
}

const (
	// smallestCopy is the size of the smallest copy that is written. A smaller one costs
	// more than it saves if the stream is compressed too.
	smallestCopy = 40
	// The index has every 32nd offset of the history, with the hash of the bytes there.
	indexStep    = 32
	indexedBytes = 8
	indexBits    = 11
)

// copyFinder finds parts of a body in the history.
type copyFinder struct {
	history *history
	parts   []part
	// index has offsets in the history + 1, by hash.
	index   []int
	indexed int
}

// find returns the parts of a body that can be copied, and the number of their bytes.
func (finder *copyFinder) find(body []byte) ([]part, int) {
	finder.parts = finder.parts[:0]
	recent := finder.history.recent()
	if len(body) < smallestCopy || len(body) > historyBytes || len(recent) < smallestCopy {
		return nil, 0
	}
	oldest := finder.history.total - len(recent)
	finder.update(recent, oldest)
	copied, from := 0, 0
	for at := 0; at+indexedBytes <= len(body) && len(finder.parts) < maxCopies; {
		found := finder.index[hash(body[at:])] - 1 - oldest
		if found < 0 {
			at++
			continue
		}
		after, before := 0, 0
		for at+after < len(body) && found+after < len(recent) && recent[found+after] == body[at+after] {
			after++
		}
		for after > 0 && at-before > from && found > before && recent[found-before-1] == body[at-before-1] {
			before++
		}
		length := before + after
		if length < smallestCopy {
			at++
			continue
		}
		finder.parts = append(finder.parts, part{at - before - from, length, len(recent) - found + before})
		copied += length
		at += after
		from = at
	}
	return finder.parts, copied
}

// update adds what is new in the history to the index.
func (finder *copyFinder) update(recent []byte, oldest int) {
	if finder.index == nil {
		finder.index = make([]int, 1<<indexBits)
	}
	first := (oldest + indexStep - 1) / indexStep * indexStep
	offset := max(finder.indexed, first)
	for ; offset+indexedBytes <= finder.history.total; offset += indexStep {
		finder.index[hash(recent[offset-oldest:])] = offset + 1
	}
	finder.indexed = offset
}

func hash(bytes []byte) uint32 {
	low, high := binary.LittleEndian.Uint32(bytes), binary.LittleEndian.Uint32(bytes[4:])
	return (low*0x9e3779b1 ^ high*0x85ebca77) >> (32 - indexBits)
}
