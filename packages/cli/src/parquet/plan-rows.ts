import type { DescMessage } from "@bufbuild/protobuf";
import { MappingError } from "@stepwire/mapping";
import { type ColumnPlan, planColumns } from "@stepwire/parquet";
import { CommandFailure } from "../failure.js";

/**
 * Plans the columns of the documents of a message.
 *
 * @throws {CommandFailure} if options of columns in the schema are wrong.
 */
export function planRows(desc: DescMessage): ColumnPlan {
  try {
    return planColumns(desc);
  } catch (error) {
    if (error instanceof MappingError) {
      throw new CommandFailure(error.message, { cause: error });
    }
    throw error;
  }
}
