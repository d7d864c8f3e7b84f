# args: ["--pty=always", "--merge", "--", "run", "--help", "-v"]
for word do printf '[%s]' "$word"; done
