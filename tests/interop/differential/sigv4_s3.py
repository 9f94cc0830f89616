"""SigV4 for S3."""
from .sigv4 import DEVIATIONS, PEERS, answer, differences, drawn, line


def case(words):
    return drawn(words, s3=True)
