"""The performance table: what is measured, against which floor, and what each measurement asserts. `python -m tests.bench` prints it."""
