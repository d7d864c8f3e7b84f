mkdir here && cd here && echo found > file && cat file ../here/file
