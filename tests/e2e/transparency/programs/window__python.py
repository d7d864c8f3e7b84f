import os
for fd in (0, 1, 2):
    try:
        print(tuple(os.get_terminal_size(fd)))
    except OSError as error:
        print(error.errno)
