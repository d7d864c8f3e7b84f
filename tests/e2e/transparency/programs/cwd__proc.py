import os
print(os.path.samefile("/proc/self/cwd", os.environ["KIT_FOLDER"]))
