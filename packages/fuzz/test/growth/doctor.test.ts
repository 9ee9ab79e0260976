import { describeGrowth } from "./describe-growth.js";
import { doctorGrowth } from "./doctor-growth.js";

describeGrowth(doctorGrowth);
