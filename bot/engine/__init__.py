"""The clock calls us: the durable-execution engine, its one tick, and its queue."""
