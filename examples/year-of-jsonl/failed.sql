SELECT thread_id, id, error_code, error_message
FROM '2025-*.parquet'
WHERE kind = 'run_step' AND status = 'failed'
ORDER BY failed_at, id
LIMIT 3;
