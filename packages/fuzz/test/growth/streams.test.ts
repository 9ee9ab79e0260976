import { describeGrowth } from "./describe-growth.js";
import { handlerGrowth } from "./handler-growth.js";
import { streamGrowth } from "./stream-growth.js";

describeGrowth([...streamGrowth, ...handlerGrowth]);
