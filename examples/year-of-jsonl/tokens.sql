SELECT model, strftime(created_at, '%Y-%m') AS month, sum(total_tokens)
FROM '2025-*.parquet'
WHERE kind = 'run' AND month >= '2025-11'
GROUP BY ALL
ORDER BY ALL;
