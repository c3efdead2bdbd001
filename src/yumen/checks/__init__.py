"""What must be well with a gateway, thing by thing, and what to do where it is not: for `yumen doctor` and the console."""
