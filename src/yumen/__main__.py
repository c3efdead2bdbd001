"""`python -m yumen`: the command line."""

from yumen.cli import main

if __name__ == "__main__":
    main()
