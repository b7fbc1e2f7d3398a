"""The only doors through which steps, updates, imports and reports change."""
