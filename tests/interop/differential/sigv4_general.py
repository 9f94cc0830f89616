"""SigV4 for services in general."""
from .sigv4 import DEVIATIONS, PEERS, answer, differences, drawn, line


def case(words):
    return drawn(words, s3=False)
