"""The parts of tests/bench/peers.py, and a driver for each product that it compares.

`driving` and the drivers run in the environments of the products and import nothing of ours;
everything else runs in that of the benchmark.
"""
