: > made; mkdir made.d; ls -ld made made.d | cut -c1-10
