/* Converts the value of an event to the type of the part that it replaces. */
import {
  CONVERSION_ARM_HELD,
  CONVERSION_ARM_SAID,
  CONVERSION_ARM_WORDS,
  CONVERSION_ARMS,
  CONVERSION_COUNT,
  CONVERSION_HELD_NAME,
  CONVERSION_KIND,
  CONVERSION_MESSAGE,
  CONVERSION_SAID_NAME,
  CONVERSION_SLOT,
  FIELD_NAME,
  FIELD_SLOT,
  FROM_INLINE,
  ONLY_ELEMENT,
} from "../src/plan/layout";
import { planText, Text, textOf, Value, word } from "./base";
import * as context from "./context";
import { blankMessage } from "./draft";
import { State, VALUE, valueState } from "./notes";
import { copyMessage, ListValue, Message, SetArm } from "./values";

/** @param plan - The conversion; 0 if both have the same type. */
export function convert(plan: usize, said: State): State {
  if (plan === 0) {
    return said;
  }
  if (word(plan, CONVERSION_KIND) === ONLY_ELEMENT) {
    return onlyElement(said);
  }
  if (said.is !== VALUE) {
    return said;
  }
  let value = changetype<Value>(said.value);
  let name: Text = planText(plan, CONVERSION_SAID_NAME);
  let field: usize = 0;
  let isSet = true;
  if (word(plan, CONVERSION_KIND) === FROM_INLINE) {
    const set = changetype<Message>(value).arm(word(plan, CONVERSION_SLOT));
    isSet = set !== null;
    if (set !== null) {
      field = set.field;
      value = set.value;
      name = planText(field, FIELD_NAME);
    } else {
      name = textOf("none");
    }
  }
  let arm = <usize>word(plan, CONVERSION_ARMS);
  for (let count = word(plan, CONVERSION_COUNT); count > 0 && isSet; count--) {
    if (word(arm, CONVERSION_ARM_SAID) === field) {
      return valueState(wrap(plan, word(arm, CONVERSION_ARM_HELD), value));
    }
    arm += CONVERSION_ARM_WORDS << 2;
  }
  context.refuseTexts(context.NOT_MERGEABLE, planText(plan, CONVERSION_HELD_NAME), name);
  return said;
}

function wrap(plan: usize, field: usize, value: Value): Value {
  if (field === 0) {
    return value;
  }
  const message = copyMessage(blankMessage(word(plan, CONVERSION_MESSAGE)));
  message.slots[word(field, FIELD_SLOT)] = new SetArm(field, value);
  return message;
}

function onlyElement(said: State): State {
  const list: ListValue | null = said.is === VALUE ? changetype<ListValue>(said.value) : null;
  if (list === null || list.length !== 1) {
    context.refuse(context.NOT_MERGEABLE, "a list with one element", "another");
    return said;
  }
  return valueState(list.at(0));
}
