"""Random requests, signed by signreq's library and by the peers, compared at every stage.

A case has the form of `tests/vectors`, and the peers are called by the same code; the one
difference is that its inputs are drawn, not chosen. `typed_url` is what the user writes,
`request.url` what must be on the wire.
"""
