SELECT tool, count(*) AS calls
FROM (SELECT unnest(tools) AS tool FROM '2025-*.parquet')
GROUP BY tool
ORDER BY tool;
