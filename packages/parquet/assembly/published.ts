import { plan as builtIn } from "./generated/plan";
import { setPlan } from "./state";

// The module together with the plan of all messages of the schema, for hosts in any language.

export {
  column,
  columnCount,
  convert,
  describeColumn,
  page,
  reserveInput,
  selectMessage,
  usePlan,
  version,
} from "./index";

setPlan(builtIn);
