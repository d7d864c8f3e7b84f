# args: ["a b", "", "*", "$HOME", "'", "\"", "--", "-n", "x\ny", "back\\slash"]
import sys
print(sys.argv[1:])
