"""What the transports for HTTP clients share: requests and answers of the API over services.

``stepwire.httpx2`` and ``stepwire.httpx`` have the transports. This package does no input or
output, and may change with any release.
"""
