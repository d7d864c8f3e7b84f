printf 'one\r\ntwo\rthree\n\nlast'
