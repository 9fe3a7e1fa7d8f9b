"""The tests of Campusdesk; a package, so that benchmarks and the simulator can borrow the test database."""
