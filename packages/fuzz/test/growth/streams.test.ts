import { describeGrowth } from "./describe-growth.js";
import { streamGrowth } from "./stream-growth.js";

describeGrowth(streamGrowth);
