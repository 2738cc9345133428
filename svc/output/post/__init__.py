"""Messages that leave the desk: where to (`targets`), how (`bots`, `mail`), and whether they arrived (`send`, which also knows folders and apprise)."""
