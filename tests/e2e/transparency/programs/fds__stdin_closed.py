# closed: 0
import os
try:
    os.fstat(0)
    print("open")
except OSError:
    print("closed")
