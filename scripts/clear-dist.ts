/* Removes `dist` of the package in the current folder: `tsc` leaves files of removed sources there. */
import { removeBuild } from "./library/packing.ts";

removeBuild(process.cwd());
