"""The oracle: is the outcome of a call what its spec allows? Pure; observes nothing itself."""
