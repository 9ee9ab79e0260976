package stream

// magic is how a stream starts. The first byte is not ASCII, so no text starts like
// this.
const magic = "\x89SW"

// version is the version that is written, and the newest that is read.
const version = 1

// controlHead is the head of a control record.
const controlHead = 0

// The codes of control records.
const (
	controlEnd uint64 = iota
	controlJump
	controlAlive
	controlFailure
)

// The head of an event has two flags. The rest is the size of the body + 1, or the place
// of a text.
const (
	headText  = 1
	headShape = 2
	headShift = 2
)

// The first number of a shape has a flag. The rest is the arm.
const (
	armCopies = 1
	armShift  = 1
)

// The second number of a shape has a kind and a flag. The rest is a mask or a number of
// paths.
const (
	// kindEvent says that the body is the event without the fields that are kept.
	kindEvent = 0
	// kindValues says that the body consists of the changed values.
	kindValues = 1
	// kindPayload says that the body is the payload without the fields that are kept.
	kindPayload = 2
	formKinds   = 3
	formSlot    = 4
	formShift   = 3
)

const (
	// maxVarintBytes is the maximum size of a varint of a record.
	maxVarintBytes = 8
	// maxVarint is the largest value of such a varint.
	maxVarint = 1<<53 - 1
	// maxFields is the maximum number of fields of a message that is taken apart.
	maxFields = 48
	// maxSteps is the maximum number of steps to a changed value.
	maxSteps = 8
	// maxValues is the maximum number of changed values.
	maxValues = 8
	// maxCopies is the maximum number of parts of a body that are copied.
	maxCopies = 256
	// historyBytes is the size of the end of earlier bodies from which parts are copied.
	historyBytes = 16 << 10
	// textCount is the number of texts that are remembered, textBytes their maximum size.
	textCount = 32
	textBytes = 16
	// fieldNumbers is more than any field number of a Protobuf message.
	fieldNumbers = 1 << 29
	// slotBytes is the size of the state for a slot in addition to its payload.
	slotBytes = 64
)

// shape says how an event is written. It is valid until the next shape.
type shape struct {
	// arm is the field number of the payload; 0 if the event is complete.
	arm uint64
	// slot has the previous payload of the same message type.
	slot uint64
	kind uint64
	// mask has a bit for each field of the previous payload that is not kept.
	mask uint64
	// paths lead to the changed values, in the order of their bytes.
	paths [maxValues]uint64
	count int
}

// packPath returns a path as a number. Its steps are the indexes of fields: of the
// payload, of the message in this field, and so on.
func packPath(steps []int) uint64 {
	packed := uint64(0)
	for depth := len(steps) - 1; depth >= 0; depth-- {
		packed = packed*maxFields + uint64(steps[depth])
	}
	return packed*maxSteps + uint64(len(steps)) - 1
}

// unpackPath returns the steps of a path, or nil if the path is too large.
func unpackPath(path uint64, buffer *[maxSteps]int) []int {
	steps := buffer[:path%maxSteps+1]
	packed := path / maxSteps
	for depth := range steps {
		steps[depth] = int(packed % maxFields)
		packed /= maxFields
	}
	if packed > 0 {
		return nil
	}
	return steps
}
