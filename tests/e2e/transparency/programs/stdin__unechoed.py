# stage: terminal
# when word: keys secret\r
import getpass
print(len(getpass.getpass("word: ")))
