"""Bytes kept under a checksum of their own, so that one that turned on the disk is noticed."""

from zlib import crc32


def sealed(content: bytes) -> bytes:
    """A line with the CRC-32 of ``content``, then ``content``."""
    return b"%08x\n%s" % (crc32(content), content)


def unsealed(data: bytes) -> bytes:
    """What was sealed. Raises ValueError when a byte is not as it was written."""
    seal, _, content = data.partition(b"\n")
    if seal != b"%08x" % crc32(content):
        raise ValueError("these are not the bytes that were written")
    return content
