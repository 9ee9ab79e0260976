import { describeGrowth } from "./describe-growth.js";
import { inlineGrowth } from "./inline-growth.js";

describeGrowth(inlineGrowth);
