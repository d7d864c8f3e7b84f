# stage: pipe
# stdin: pipe
# Whoever feeds us must see that we have closed our input.
exec <&-
echo closed
sleep 0.05
