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

// The second number of a shape has two flags. The rest is a mask or a number of steps.
const (
	formValue = 1
	formSlot  = 2
	formShift = 2
)

const (
	// maxVarintBytes is the maximum size of a varint of a record.
	maxVarintBytes = 8
	// maxVarint is the largest value of such a varint.
	maxVarint = 1<<53 - 1
	// maxFields is the maximum number of fields of a message that is taken apart.
	maxFields = 48
	// maxSteps is the maximum number of steps to a changed value.
	maxSteps = 16
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
	// isValue says that only one value changed.
	isValue bool
	// mask has a bit for each field of the previous payload that is left out.
	mask uint64
	// steps are the indexes of the fields on the way to the changed value.
	steps [maxSteps]uint64
	count int
}
