# fd: 7
cat <&7
