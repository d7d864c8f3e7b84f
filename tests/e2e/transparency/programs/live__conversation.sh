# stage: pipe
# stdin: pipe
# when q1: input a1\n
# when q2: input a2\n
echo q1; read a; echo "$a"; echo q2; read b; echo "$b"
