"""The window around every page: sign-in, navigation, search and commands, sync page, conflicts, settings, self-check.

What a page may offer the window (all optional, found by name; see `page.py`):

* `windowTitle()`: the last part of the path in the top bar; it follows changes.
* `page_keys() -> [(key, what)]`: shown by F1.
* `undo()`, `redo()`, `find()`, `new()`, `save()`, `print_page()`: Ctrl Z, Y, F, N, S, P; `back()`: Esc, True if used.
* `panes() -> [QWidget]`: what F6 goes through.
* `first_focus() -> QWidget`: what gets the focus when the page opens.

`page.tell(widget, words, undo=...)` shows a message with Undo; `page.tell_problem(widget, error)` a CampusError.
`page.follow(store, owner, slot)` calls a method of a widget on the GUI thread after every write, until it is gone.
"""
