"""C source files: kernel-doc comments, the definition below each, and walks over trees.

``comments`` finds the comments of a text, ``definitions`` what each describes, ``walk`` the files
of a tree that may hold a spec.
"""
