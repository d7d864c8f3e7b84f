import os
try:
    terminal = os.open("/dev/tty", os.O_RDWR)
    print("foreground", os.tcgetpgrp(terminal) == os.getpgrp())
except OSError:
    print("no terminal")
print("leads session", os.getsid(0) == os.getpid())
print("leads group", os.getpgrp() == os.getpid())
