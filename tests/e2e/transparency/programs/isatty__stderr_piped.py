# pipe: 2
import os
os.write(2, repr([os.isatty(fd) for fd in (0, 1, 2)]).encode())
