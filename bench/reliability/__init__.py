"""The gateway's real path before simulated upstreams, in virtual time: an hour of faults takes seconds, and every run is the same."""
