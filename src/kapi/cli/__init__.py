"""The command line: arguments, output, exit status. The only part that prints."""
