# stage: pipe
# One line of three megabytes.
import os
data = memoryview(b"x" * 3_000_000)
while data:
    data = data[os.write(1, data):]
