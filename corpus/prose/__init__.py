"""What a stretch of prose is made of: headings, items, records, sentences, questions."""
