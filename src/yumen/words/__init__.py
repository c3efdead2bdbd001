"""What people read, in their language: an English sentence is its own key, and a table has its Chinese twin."""

from yumen.words.saying import Words, printable, speaks_chinese, words_for

__all__ = ["Words", "printable", "speaks_chinese", "words_for"]
