import { archiveGrowth } from "./archive-growth.js";
import { describeGrowth } from "./describe-growth.js";
import { formatGrowth } from "./format-growth.js";

describeGrowth([...formatGrowth, ...archiveGrowth]);
