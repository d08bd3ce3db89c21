"""Which errno, flag, capability and signal names exist, and their numbers."""
