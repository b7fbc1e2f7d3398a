"""Reviews and the morning page as arithmetic: freshness over cycles, an agenda out of data. Pure."""
