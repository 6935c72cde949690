"""Blanks in a file of boxes (ISO/IEC 14496-12) all that is neither picture nor sound.

Films of telephones (MP4, MOV, 3GP), sounds (M4A) and their pictures (HEIC, AVIF) are boxes in
boxes, and many of them point at places within the file. So nothing is moved: a box that is not
needed becomes a `free` one of the same size and is filled with zeros; all else stays where it was.

kinds.py    which media types are boxes, and what the first box says
boxes.py    reads boxes, and blanks them
spans.py    stretches of the file, without overlaps
movie.py    which boxes of a film are kept (`moov`, `moof`)
samples.py  where the samples of a track lie
picture.py  which items of a picture are kept (`meta`)
located.py  where those lie (`iloc`)
cleaning.py puts them together
"""
