"""How counters are spread: each database connection adds to its own shard, so writers seldom meet."""

SHARDS = 8
