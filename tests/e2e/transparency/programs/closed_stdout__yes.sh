# stage: pipe
# compare: exit stderr
# when y: close stdout
exec yes
