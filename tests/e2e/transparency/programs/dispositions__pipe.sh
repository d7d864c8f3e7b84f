grep -E 'Sig(Ign|Blk)' /proc/self/status
yes | head -1
