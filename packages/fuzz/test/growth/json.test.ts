import { describeGrowth } from "./describe-growth.js";
import { jsonGrowth } from "./json-growth.js";

describeGrowth(jsonGrowth);
