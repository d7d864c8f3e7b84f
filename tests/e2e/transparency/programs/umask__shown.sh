umask
umask -S
