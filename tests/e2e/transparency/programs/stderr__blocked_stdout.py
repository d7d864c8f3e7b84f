# stage: pipe
# stdin: pipe
# when waiting: input go\n
# Standard error flows while standard output is idle and open.
import os, sys
os.write(2, b"waiting\n")
os.read(0, 3)
os.write(2, b"done\n")
