# leaves: yes
# when ended: note fate
(sleep 0.3; echo lives > fate.new; mv fate.new fate) </dev/null >/dev/null 2>&1 &
echo started
exit 3
