import { describeGrowth } from "./describe-growth.js";
import { importGrowth } from "./import-growth.js";

describeGrowth(importGrowth);
