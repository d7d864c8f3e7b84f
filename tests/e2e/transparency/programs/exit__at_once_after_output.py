# pipe: 1
import os
os.write(1, b"y" * 60000)
os._exit(17)
