# args: ["caf\udce9", "\u00fc", "\u4e2d"]
import os, sys
print([os.fsencode(word) for word in sys.argv[1:]])
