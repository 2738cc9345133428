"""Messages that leave the desk: where to (`targets`), how (`bots`, `mail`, `others`), and whether they arrived (`send`)."""
