"""One tool a file: recognise its output and yield findings."""
