"""Customer service that answers from a folder of documents, says what it used, and hands over to a person by clear rules."""
