"""Prints the SHA-256 of a raw disk: its size, then each block of 64 KiB that is not all zeros, with where it lies. So
holes and zeros are the same, and a sparse disk of any size takes the time of its data."""

import errno
import hashlib
import os
import sys

BLOCK = 65536
ZEROS = bytes(BLOCK)


def extents(disk, size):
    at = 0
    while at < size:
        try:
            at = os.lseek(disk, at, os.SEEK_DATA)
        except OSError as none:
            if none.errno == errno.ENXIO:
                return
            raise
        end = os.lseek(disk, at, os.SEEK_HOLE)
        yield at - at % BLOCK, end
        at = end


disk = os.open(sys.argv[1], os.O_RDONLY)
size = os.fstat(disk).st_size
content = hashlib.sha256(size.to_bytes(8, "big"))
done = 0
for start, end in extents(disk, size):
    for at in range(max(start, done), end, BLOCK):
        block = os.pread(disk, BLOCK, at)
        if block != ZEROS[: len(block)]:
            content.update(at.to_bytes(8, "big") + block)
        done = at + BLOCK
print(content.hexdigest())
