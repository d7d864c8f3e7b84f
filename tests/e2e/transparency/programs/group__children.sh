sh -c 'ps -o pgid= -p $$' > child
ps -o pgid= -p $$ > own
cmp -s child own && echo "one group"
