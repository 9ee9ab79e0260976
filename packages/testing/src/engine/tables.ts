import type { DocumentCase, EditCase, MessageCase, TextCase } from "./case.js";
import { adjacentUnionCases } from "./cases/adjacent-unions.js";
import { bytesCases, bytesMessageCases } from "./cases/bytes.js";
import { rejectedBytesCases } from "./cases/bytes-rejected.js";
import { constantCases } from "./cases/constants.js";
import { documentCases } from "./cases/documents.js";
import { doubleCases } from "./cases/doubles.js";
import { duplicateCases } from "./cases/duplicates.js";
import { editCases } from "./cases/edits.js";
import { acceptedCases } from "./cases/grammar-accepted.js";
import { rejectedCases } from "./cases/grammar-rejected.js";
import { inlineListCases } from "./cases/inline-lists.js";
import { inlineTagCases, inlineTagMessageCases } from "./cases/inline-tags.js";
import { inlineUnionCases } from "./cases/inline-unions.js";
import { integerCases } from "./cases/integers.js";
import { kindMessageCases } from "./cases/kind-messages.js";
import { kindCases } from "./cases/kinds.js";
import { limitCases } from "./cases/limits.js";
import { memberCases } from "./cases/members.js";
import { canonicalCases } from "./cases/message-canonical.js";
import { refusedMessageCases } from "./cases/message-refused.js";
import { messageResidueCases } from "./cases/message-residue.js";
import { nameCases } from "./cases/names.js";
import { nestedDocumentCases, nestedMessageCases } from "./cases/nesting.js";
import { optionalUnionCases } from "./cases/optional-unions.js";
import { orderCases } from "./cases/order.js";
import { collectionPresenceCases } from "./cases/presence-collections.js";
import { singularPresenceCases } from "./cases/presence-singular.js";
import { residueCases } from "./cases/residue.js";
import { runStepCases } from "./cases/run-steps.js";
import { sharedPayloadCases, sharedPayloadMessageCases } from "./cases/shared-payloads.js";
import { stringCases } from "./cases/strings.js";
import { taggedPayloadCases } from "./cases/tagged-payloads.js";
import { taggedUnionCases } from "./cases/tagged-unions.js";
import { wholeMemberCases } from "./cases/whole-members.js";
import { wideCases } from "./cases/wide.js";
import { malformedCases } from "./cases/wire-malformed.js";
import { overwrittenCases } from "./cases/wire-overwritten.js";
import { wireCases } from "./cases/wire-read.js";
import { wrongTypeCases } from "./cases/wrong-types.js";

/** Document cases by subject. */
export const documentTables: Readonly<Record<string, readonly DocumentCase[]>> = {
  members: memberCases,
  "presence of single values": singularPresenceCases,
  "presence of lists and maps": collectionPresenceCases,
  "more members than 64": wideCases,
  constants: constantCases,
  "tagged unions": taggedUnionCases,
  "payloads of tagged unions": taggedPayloadCases,
  "unions with an optional tag": optionalUnionCases,
  "arms that share a member": sharedPayloadCases,
  "adjacent unions": adjacentUnionCases,
  "inline unions": inlineUnionCases,
  "lists and events in inline unions": inlineListCases,
  "tags of inline unions": inlineTagCases,
  "unions by kind": kindCases,
  bytes: bytesCases,
  "what is no object": documentCases,
  residue: residueCases,
  "members of another type": wrongTypeCases,
  "members that are kept whole": wholeMemberCases,
  integers: integerCases,
  doubles: doubleCases,
  strings: stringCases,
  names: nameCases,
  "duplicates and ill-formed names": duplicateCases,
  limits: limitCases,
  nesting: nestedDocumentCases,
  "order and wording of violations": orderCases,
  "what is JSON": acceptedCases,
  "the run-step model": runStepCases,
};

/** Text cases by subject. */
export const textTables: Readonly<Record<string, readonly TextCase[]>> = {
  "what is not JSON": rejectedCases,
  "bytes that are no document": rejectedBytesCases,
};

/** Message cases by subject. */
export const messageTables: Readonly<Record<string, readonly MessageCase[]>> = {
  "canonical form": canonicalCases,
  "what the residue says": messageResidueCases,
  "messages without a JSON form": refusedMessageCases,
  "binary of another make": wireCases,
  "malformed binary": malformedCases,
  "messages within messages": nestedMessageCases,
  "binary of which parts are replaced": overwrittenCases,
  "messages of unions by kind": kindMessageCases,
  "messages with bytes": bytesMessageCases,
  "messages with arms that share a member": sharedPayloadMessageCases,
  "messages with tags of inline unions": inlineTagMessageCases,
};

/** Edit cases by subject. */
export const editTables: Readonly<Record<string, readonly EditCase[]>> = {
  "a typed field that is set wins": editCases,
};
