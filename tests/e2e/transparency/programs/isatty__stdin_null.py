# stdin: null
import os
os.write(1, repr([os.isatty(fd) for fd in (0, 1, 2)]).encode())
