"""What a person uses Claude for, done well: to chat, to serve customers, to sum up and write, to explain code, to analyse data."""
