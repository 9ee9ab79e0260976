import { describeGrowth } from "./describe-growth.js";
import { parquetGrowth } from "./parquet-growth.js";

describeGrowth(parquetGrowth);
