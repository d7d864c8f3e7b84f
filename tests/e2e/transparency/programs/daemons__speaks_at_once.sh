# stage: pipe
# leaves: yes
# when ended: note fate
(sleep 0.2; echo late; echo lives > fate.new; mv fate.new fate) &
echo started
