import { prebuiltFolder } from "./schema/prebuilt.js";
import { writePrebuilt } from "./schema/write-prebuilt.js";

/* The last step of the build of this package. */

writePrebuilt(prebuiltFolder);
