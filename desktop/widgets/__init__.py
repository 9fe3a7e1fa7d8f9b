"""Reusable Qt widgets in the house's look; they know tokens, never stores or areas.

Start: ``theme().apply(Scheme.SYSTEM)`` once after QApplication (theme.py), again for a change of theme, text size,
contrast or motion. Colours, fonts and lengths come from ``theme()``; texts go through ``tr``; no setStyleSheet.

| name | file | purpose |
| --- | --- | --- |
| theme, Scheme, Theme | theme.py | palette, style sheet, fonts; ``colour``, ``font``, ``metrics``, ``size``, ``px`` |
| Tokens, resource_path | tokens.py | the token file; where resources lie |
| icon, draw_icon, icon_names | icons.py | Lucide icons in a token's colour, sharp at any density |
| fill_box, focus_ring, draw_text | paint.py | painting for own widgets and delegates |
| Label, ElidedLabel, IconLabel, IconText | label.py | text by type step and tone; icon with words |
| Button, Kind, primary, secondary, quiet, link, danger, icon_button | buttons.py | buttons; ``set_busy`` |
| Badge, draw_badge, badge_width | badge.py | state words on the fill of a tone (ok warn bad info vio neu) |
| KeyCap, KeyHint | key_cap.py | a key; a key with what it does |
| Card, SectionHead, Panel, Well, Line | card.py | surfaces, heads, notices, hairlines |
| Avatar, initials_pixmap | avatar.py | photo or initials; the person's number chooses the colour |
| Field | field.py | label, control, hint or error (``set_error``) |
| TextField, PasswordField, SearchField, NoteField | text_field.py | typing |
| Combo | combo.py | choices as (id, text); ``chosen`` |
| DateField, format_date | date_field.py | 20/11, 20 Nov, +7, calendar (parser: free_date.py) |
| NumberField, MinutesField | number_field.py | whole numbers |
| Check, Radio | check.py | marks |
| Segmented, Segment | segmented.py | views of one thing |
| ToastHost, Toast | toast.py | ``show_toast``, ``show_undo`` at the bottom of a page |
| Dialog | dialog.py | base of dialogs, inside the window; ``open_dialog`` is False while another is open |
| SyncPill, SyncState | sync_pill.py | the state of syncing |
| RecordTable | record_table.py | any number of rows by keyboard and mouse (model, header, delegate, copy beside it) |
| RowSource, RowQuery, ListSource | row_source.py | where rows come from: pages ordered in SQL, or a short list |
| Column, Cell, CellKind | columns.py | what a table's columns show |
| Bar, Progress, Skeleton | progress.py | long work, with numbers and Stop; first load |
| Spinner | spinner.py | work of less than a second |
| EmptyState, IconTile | empty_state.py | nothing here, when it fills, one action |
| FilterRow, SelectionBar, ListHead | filter_row.py | above a list: search, filters, count; what is selected |
| ListRow, RowList, RowContent | list_row.py | short lists with one or two lines a row |
| ChoiceTile, CounterTile | tiles.py | a version to choose; a number that opens its list |
| PageHead, ScrollColumn, FactGrid, FlowLayout | layouts.py | page title, scrolling column, label and value, wrapping |
| Tabs | tabs.py | the parts of one record |
| run_in_background, Lane | background.py | work off the GUI thread, results back on it |
| handed_over | hand_over.py | what other threads tell a page, which may be gone by then |
| announce | announce.py | results read aloud |
| Gallery | gallery.py | every component on one page |
"""
