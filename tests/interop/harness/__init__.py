"""What every system's checks share: servers, the binary, the count."""
