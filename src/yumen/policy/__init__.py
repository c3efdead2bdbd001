"""WHAT MAY BE ASKED, AND SAID: rules on requests and answers, redaction that is undone for the caller, and screening of streams."""
