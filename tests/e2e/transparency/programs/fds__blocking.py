# Nobody may make our descriptors non-blocking, nor those that we share.
# stdin: pipe
import os
print([os.get_blocking(fd) for fd in (0, 1, 2)])
