package stepwire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/stepwire/stepwire-go/internal/host"
)

// AccumulationError says why an event was refused. The objects are unchanged.
type AccumulationError struct {
	Code AccumulationCode
	// Type and ID are those of the object; empty if the event is malformed.
	Type protoreflect.FullName
	ID   string
	// Pointer is a JSON Pointer into the delta or object of the event; for an event that
	// changes a part of an object, into that object.
	Pointer string
	// Expected and Found are texts for people.
	Expected, Found string
}

// Error returns the code, the place, and what was expected and found.
func (err *AccumulationError) Error() string {
	if err.Code == AccumulationMalformedEvent {
		return "stepwire: malformed_event: the event is not a binary message of its type"
	}
	return fmt.Sprintf("stepwire: %s at %q of %s %q: expected %s, found %s",
		err.Code, err.Pointer, err.Type, err.ID, err.Expected, err.Found)
}

// The numbers of the limits.
const (
	limitObjects = iota
	limitElements
	limitMembers
	limitIndexGap
	limitSize
	limitTextLength
	limits
)

var limitNames = [limits]string{
	"maxObjects", "maxElements", "maxMembers", "maxIndexGap", "maxSize", "maxTextLength",
}

type accumulatorOptions struct {
	limits   [limits]int
	hasLimit [limits]bool
	setNames []string
	objects  []protoreflect.FullName
	plan     []byte
	// maxInputBytes bounds an event.
	maxInputBytes int
}

// AccumulatorOption changes how an [Accumulator] accumulates.
type AccumulatorOption func(*accumulatorOptions)

func withLimit(which, value int) AccumulatorOption {
	return func(options *accumulatorOptions) {
		options.limits[which], options.hasLimit[which] = value, true
	}
}

// WithMaxObjects bounds the number of objects; 1,024 by default.
func WithMaxObjects(count int) AccumulatorOption { return withLimit(limitObjects, count) }

// WithMaxElements bounds the number of elements of a list; 4,096 by default.
func WithMaxElements(count int) AccumulatorOption { return withLimit(limitElements, count) }

// WithMaxMembers bounds the number of unknown members of an object; 131,072 by default.
func WithMaxMembers(count int) AccumulatorOption { return withLimit(limitMembers, count) }

// WithMaxIndexGap bounds the number of elements that an index may skip; 64 by default.
func WithMaxIndexGap(count int) AccumulatorOption { return withLimit(limitIndexGap, count) }

// WithMaxSize bounds the size of all objects in UTF-16 code units, of which each message, list
// and unknown member counts as 32; 67,108,864 by default.
func WithMaxSize(size int) AccumulatorOption { return withLimit(limitSize, size) }

// WithMaxTextLength bounds the length of an unknown JSON value that is merged, in UTF-16 code
// units; 1,048,576 by default.
func WithMaxTextLength(length int) AccumulatorOption { return withLimit(limitTextLength, length) }

// WithMaxInputBytes bounds the size of the input of a call, from 1 byte to 1 GiB; 64 MiB by
// default.
func WithMaxInputBytes(bytes int) AccumulatorOption {
	return func(options *accumulatorOptions) { options.maxInputBytes = bytes }
}

// WithSetNames sets unknown strings with these member names instead of appending them.
func WithSetNames(names ...string) AccumulatorOption {
	return func(options *accumulatorOptions) { options.setNames = append(options.setNames, names...) }
}

// WithObjects accumulates objects of these types only. By default, all are accumulated.
func WithObjects(types ...protoreflect.FullName) AccumulatorOption {
	return func(options *accumulatorOptions) { options.objects = append(options.objects, types...) }
}

// WithPlan accumulates the events of your own schema. The plan is what
// compileAccumulationPlan of the npm package @stepwire/accumulate of the same version
// returns.
func WithPlan(plan []byte) AccumulatorOption {
	return func(options *accumulatorOptions) { options.plan = plan }
}

// set gives all settings to an accumulator.
func (options *accumulatorOptions) set(accumulator *Accumulator) error {
	setLimit := accumulator.instance.Function("setLimit")
	for which, value := range options.limits {
		if !options.hasLimit[which] {
			continue
		}
		isSet := uint32(0)
		if value >= 0 && value <= 1<<31-1 {
			var err error
			if isSet, err = accumulator.call(setLimit, uint64(which), uint64(value)); err != nil {
				return err
			}
		}
		if isSet == 0 {
			return fmt.Errorf("stepwire: %s cannot be %d", limitNames[which], value)
		}
	}
	if len(options.setNames) > 0 {
		names := strings.Join(options.setNames, "\n") + "\n"
		if _, err := accumulator.callWithText("setNames", names); err != nil {
			return err
		}
	}
	for _, messageType := range options.objects {
		isKept, err := accumulator.callWithText("keepObject", string(messageType))
		if err != nil {
			return err
		}
		if isKept == 0 {
			return fmt.Errorf("stepwire: no event is about a %q", messageType)
		}
	}
	return nil
}

const (
	// planPlace is where the plan is. Its header says which layout it has, and its size.
	planPlace  = 1024
	planLayout = 4
	planSize   = 8
	planHeader = 12
)

// replacePlan writes another plan in place of the kernel's own.
func replacePlan(instance *host.Instance, plan []byte) error {
	own, err := instance.Read(planPlace, planHeader)
	if err != nil {
		return err
	}
	if len(plan) < planHeader || !bytes.Equal(plan[:planLayout], own[:planLayout]) {
		return errors.New("stepwire: the plan was not written by compileAccumulationPlan")
	}
	size := binary.LittleEndian.Uint32(plan[planSize:])
	if !bytes.Equal(plan[planLayout:planSize], own[planLayout:planSize]) || int(size) != len(plan) {
		return errors.New("stepwire: the plan is incomplete, or for another version of stepwire; " +
			"write it with version " + Version)
	}
	if capacity := binary.LittleEndian.Uint32(own[planSize:]); size > capacity {
		return fmt.Errorf("stepwire: the plan has %d bytes; at most %d have room", size, capacity)
	}
	return instance.Write(planPlace, plan)
}
