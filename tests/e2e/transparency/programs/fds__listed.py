import os
def kind(fd):
    path = os.readlink(f"/proc/self/fd/{fd}")
    return path.split(":")[0].rstrip("0123456789")
own = os.open("/proc/self/fd", os.O_RDONLY)
names = sorted(int(n) for n in os.listdir("/proc/self/fd"))
print([n for n in names if n > 2 and n != own and n != own + 1])
