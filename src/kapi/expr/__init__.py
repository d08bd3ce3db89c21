"""The expressions of specs: syntax tree, types, three-valued meaning, and code in C and Python."""
