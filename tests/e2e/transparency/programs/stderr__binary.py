# stage: pipe
import os
os.write(2, bytes(reversed(range(256))) + b"no newline")
