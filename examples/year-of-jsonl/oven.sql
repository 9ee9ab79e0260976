COPY (
  SELECT document FROM '2025-*.parquet' WHERE kind = 'run_step' AND status = 'failed'
) TO 'failed.parquet' (FORMAT parquet, ROW_GROUP_SIZE 8192);
