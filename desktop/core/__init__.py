"""The desktop without a screen: local store, sync, keys, sign-in, API client, and the desk handed to every page.

What a page builder needs
-------------------------
**An area** (`desktop.core.area`) is one `area()` function per area folder that returns

    DesktopArea(
        name="people",
        store=StoreArea(
            kinds={"person": KindSpec(sort_text, search_text, title, keys={"state": lambda body: body["state"]})},
            projections=PROJECTIONS,            # of shared/<area>/rules.py
            type_versions=TYPE_VERSIONS,        # of shared/<area>/commands.py
            lines={"AddPerson": line},          # (command, read) -> "Added Ama Mensah", for the sync page
        ),
        navigation=(NavigationEntry("people.list", title, "users", "office", may=lambda actor: ...),),
        pages={"people.list": PeoplePage},      # factory(desk, entity_id: str | None, details: dict) -> QWidget
        palette=(PaletteCommand(title, "user-plus", run=lambda desk: ..., may=..., keys="Ctrl+N"),),
    )

`keys` are up to three values of a body that lists filter and sort by with an index; any other field of a body can be
filtered or sorted by as well, only slower.

**A Desk** (`desktop.core.desk`) is handed to every page: `desk.store`, `desk.actor`, `desk.clock`, `desk.ids()`,
`desk.settings`, `desk.client` (None while there is no server), `desk.open("people.student", person_id, tab="marks")`,
`desk.commit([...])`, `desk.sync_now()`, `desk.sync_state()`.

**Reads** (`desktop.core.local_store.LocalStore`; bodies are dicts as the shared models have them, pending commands
included; safe on any thread):

    store.get("person", id) -> dict | None                  store.many("person", ids) -> {id: dict}
    store.children("enrolment", cohort_id) -> [dict]        in the order of sort_text
    store.page("person", where=[Where("state", "=", "active")], order="sort_text", descending=False,
               offset=0, limit=200) -> [dict]
    store.ids("person", where=..., order=..., descending=...) -> [id]
    store.count("person", where=...) -> int
    store.search("ama mens", kinds=["person"], limit=20) -> [Hit(kind, id, body, title, spans)]
    store.conflicts() -> [Conflict]                          open ones, oldest first
    store.pending() -> Pending(waiting, sending, decisions, refused, oldest)
    store.waiting("person", id) -> bool                      shown, but not on the server yet
    store.waiting_among("observation", ids) -> {id}
    store.receipt(offset, limit, only="waiting" | "answered" | "refused" | None) -> [ReceiptLine]
    store.receipt_counts(since=None) -> ReceiptCounts        "47 saved here: 46 applied, 1 in conflict"

`Where(field, op, value)`: op is one of = != < <= > >= in has (an array has the value) empty (value True or False).

**Writes** have one door:

    commands = desk.commit([Ask("EditPerson", target_id, payload, base=shown["revision"])])

`Ask(type, target_id, payload, base=None, more_targets=())`. One call is one transaction and one thing to undo; when it
returns, everything is on disk. It raises CampusError (`disk_full`, `lease_over`, `store_damaged`), and then nothing of
it was saved. `base` is the `revision` of the row as it was shown (None: the row is new); own edits made since are
followed by themselves, so a page needn't be redrawn between two edits.

**Being told**: `stop = store.subscribe(callback)`; `callback(Changed(keys, kinds))` comes on the thread that wrote
(a Qt page turns it into a queued signal). `keys` are the (kind, id) pairs whose shown row is new, changed or gone.

**Starting** (shell): `settings.load(folder)`, `open_keychain()`, `SignInDesk(...)` in `offline_sign_in`, whose
`sign_in(server, name, password)` gives a `SignedIn` (store, actor, client, notes to show once); then
`SyncRunner(SyncEngine(store, client, clock, actor), ThreadScheduler(clock), on_state=...)` with `start`, `wake`,
`check` and `stop`. A sign-in that ended is renewed by `sign_in_again(...)` while the store stays open. A store that is
damaged in use says `store_damaged`; the next start rescues it. `deliver_others(...)` in `sealed_delivery` sends what
people who went home left behind. `StoreLock.is_called()` tells that a second start asks for this window.
"""
