package io.github.stepwire.stream;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import io.github.stepwire.json.v1.StreamProto;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An arm of an event message whose payloads repeat their fields.
 *
 * @param slot number of the slot; arms of the same message share one, which has the number of the
 *     smallest of these arms
 * @param message the message of the payloads
 */
record Arm(int slot, Descriptor message) {
  /** Returns these arms of an event message, by their numbers. */
  static Map<Integer, Arm> of(Descriptor event) {
    List<FieldDescriptor> fields =
        event.getFields().stream()
            .sorted(Comparator.comparingInt(FieldDescriptor::getNumber))
            .toList();
    Map<Integer, Arm> arms = new HashMap<>();
    Map<Descriptor, Integer> slots = new HashMap<>();
    for (FieldDescriptor field : fields) {
      if (field.getJavaType() != JavaType.MESSAGE || field.isRepeated()) {
        continue;
      }
      Descriptor message = field.getMessageType();
      if (message.getOptions().getExtension(StreamProto.repeatsFields)) {
        int slot = slots.computeIfAbsent(message, first -> field.getNumber());
        arms.put(field.getNumber(), new Arm(slot, message));
      }
    }
    return arms;
  }

  /** Returns the message in a field of a message; null if the field holds something else. */
  static Descriptor child(Descriptor message, int number) {
    FieldDescriptor field = message.findFieldByNumber(number);
    boolean isMessage = field != null && field.getJavaType() == JavaType.MESSAGE;
    return isMessage && !field.isMapField() ? field.getMessageType() : null;
  }
}
