"""Reading plan documents. Pure: bytes in, a `Draft` out; nothing here knows the database."""
