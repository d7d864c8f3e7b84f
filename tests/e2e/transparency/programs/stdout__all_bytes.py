# stage: pipe
# Every byte value, invalid UTF-8, no newline at the end.
import os
os.write(1, bytes(range(256)) * 300 + b"\xff\xfe\x80 tail")
