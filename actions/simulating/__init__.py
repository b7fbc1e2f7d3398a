"""A district year played through with the real services and made-up people; see docs/simulation.md."""
