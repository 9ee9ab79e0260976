package stream

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	jsonv1 "github.com/stepwire/stepwire-go/gen/stepwire/json/v1"
)

// arm is a field of an event message whose payloads repeat their fields.
type arm struct {
	// slot is the smallest number of the arms with the same message.
	slot    uint64
	message protoreflect.MessageDescriptor
}

// repeatingArms returns the arms of an event message whose messages have the option
// repeats_fields.
func repeatingArms(schema protoreflect.MessageDescriptor) map[uint64]arm {
	arms := map[uint64]arm{}
	slots := map[protoreflect.FullName]uint64{}
	fields := schema.Fields()
	for index := range fields.Len() {
		field := fields.Get(index)
		if field.Message() == nil || field.Cardinality() == protoreflect.Repeated || !repeatsFields(field.Message()) {
			continue
		}
		number, name := uint64(field.Number()), field.Message().FullName()
		arms[number] = arm{message: field.Message()}
		if slot, ok := slots[name]; !ok || number < slot {
			slots[name] = number
		}
	}
	for number, each := range arms {
		arms[number] = arm{slots[each.message.FullName()], each.message}
	}
	return arms
}

func repeatsFields(message protoreflect.MessageDescriptor) bool {
	repeats, ok := proto.GetExtension(message.Options(), jsonv1.E_RepeatsFields).(bool)
	return ok && repeats
}

// messageIn returns the message in a field, or nil if the field holds something else.
func messageIn(message protoreflect.MessageDescriptor, number uint64) protoreflect.MessageDescriptor {
	field := message.Fields().ByNumber(protoreflect.FieldNumber(number))
	if field == nil || field.IsMap() {
		return nil
	}
	return field.Message()
}
