"""What people must hear of: budgets that near their end, bursts of errors, keys used from new networks or about to expire."""
