"""kapi: Linux system call specifications that cannot quietly become false."""

__version__ = "0.1.0"
