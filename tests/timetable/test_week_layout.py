"""Where sessions stand in the week and day views: lanes, columns, rows, and the places they can be moved to."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from desktop.timetable.board_layout import BoardLayout
from desktop.timetable.grid_layout import ColumnHead, GridLayout, Spot, lanes_of, moved_start
from desktop.timetable.store import SessionLine
from desktop.timetable.week_store import By, Group, Shown, Span
from shared.core.clock import instant_text
from shared.timetable.vocabulary import ClassSessionState

MONDAY = date(2026, 11, 16)
DAYS = tuple(MONDAY + timedelta(days=step) for step in range(5))


def shown(day, start, minutes=90, group="studio 1", zone=UTC):
    starts = datetime.combine(day, datetime.min.time(), zone) + timedelta(minutes=start)
    ends = (starts.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(zone)
    body = {"id": f"{day} {start} {group}", "starts_at": instant_text(starts), "ends_at": instant_text(ends)}
    line = SessionLine(body["id"], body, starts, ends, "1B", "Film", "Lucia", ClassSessionState.SCHEDULED)
    return Shown(line, group)


def grid(*sessions, days=DAYS):
    layout = GridLayout(Span(days, By.ROOM, (Group("studio 1", "Studio 1"),), sessions), heads(days))
    layout.fit(1060, 700)
    return layout


def heads(days):
    return [ColumnHead(day, None, str(day)) for day in days]


def board(*sessions):
    groups = (Group("studio 1", "Studio 1"), Group("studio 2", "Studio 2"))
    rows = [ColumnHead(None, one.id, one.name) for one in groups]
    layout = BoardLayout(Span(DAYS, By.ROOM, groups, sessions), heads(DAYS), rows)
    layout.fit(1184, 700)
    return layout


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10)), max_size=25))
def test_overlapping_spans_never_share_a_lane(raw):
    spans = sorted((float(start), float(start + length)) for start, length in raw)
    placed = lanes_of(spans)
    for one, (start, end) in enumerate(spans):
        lane, lanes = placed[one]
        assert 0 <= lane < lanes
        for other in range(one):
            other_start, other_end = spans[other]
            if start < other_end and other_start < end:
                assert placed[other][0] != lane
                assert placed[other][1] == lanes


def test_spans_that_only_touch_have_the_whole_width():
    assert lanes_of([(0, 2), (2, 4)]) == [(0, 1), (0, 1)]


def test_a_session_stands_in_its_day_at_its_hour():
    layout = grid(shown(DAYS[1], 9 * 60), shown(DAYS[1], 9 * 60 + 30))
    first, second = layout.boxes
    assert layout.spot_at(first.center()).day == DAYS[1]
    assert abs(first.top() - layout.y_of(9 * 60)) <= 2
    assert first.right() <= second.left()
    assert abs(first.height() - 1.5 * layout.hour_height) < 4


def test_early_late_and_short_sessions_widen_the_hours_and_stay_readable():
    layout = grid(shown(DAYS[0], 6 * 60 + 30, 5), shown(DAYS[0], 20 * 60, 120))
    assert (layout.first_hour, layout.last_hour) == (6, 22)
    assert layout.boxes[0].height() > 15


def test_a_session_over_midnight_ends_with_its_day():
    layout = grid(shown(DAYS[4], 22 * 60, 180))
    assert layout.last_hour == 24
    assert layout.boxes[0].bottom() <= layout.size.height()


def test_points_give_places_to_a_quarter_of_an_hour():
    layout = grid()
    spot = layout.spot_at(QPointF(2.5 * layout.column_width, layout.y_of(10 * 60 + 20)))
    assert spot == Spot(DAYS[2], 10 * 60 + 15, None)
    assert layout.spot_at(QPointF(-5, 10)) is None


def test_steps_stop_at_the_edges():
    session = shown(DAYS[0], 9 * 60)
    layout = grid(session)
    spot = layout.spot_of(session)
    assert layout.stepped(spot, -1, 0).day == DAYS[0]
    assert layout.stepped(spot, 1, 2) == Spot(DAYS[1], 9 * 60 + 30, None)
    assert layout.stepped(Spot(DAYS[4], 0, None), 1, -1) == Spot(DAYS[4], 0, None)
    assert layout.box_at(session, Spot(DAYS[1], 540, None)).left() > layout.boxes[0].right()


def test_the_board_stacks_a_cell_and_reads_row_by_row():
    late, early = shown(DAYS[0], 14 * 60), shown(DAYS[0], 9 * 60, group="studio 2")
    other = shown(DAYS[0], 15 * 60)
    layout = board(late, early, other)
    assert layout.order == [0, 2, 1]
    assert layout.boxes[0].bottom() < layout.boxes[2].top() < layout.boxes[1].top()
    spot = layout.spot_at(layout.boxes[1].center())
    assert spot == Spot(DAYS[0], None, "studio 2")
    assert layout.stepped(spot, 1, -1) == Spot(DAYS[1], None, "studio 1")
    assert layout.stepped(spot, 0, 5) == spot
    assert layout.box_at(early, spot).contains(layout.boxes[1].center())
    assert layout.spot_at(QPointF(10, 9_999)) is None


def test_sessions_of_other_days_are_left_out_of_the_board():
    assert board(shown(MONDAY + timedelta(days=9), 600)).order == []


def test_a_move_keeps_the_time_on_the_clocks_over_a_change_of_them():
    zone = ZoneInfo("Europe/Berlin")
    session = shown(date(2026, 10, 23), 8 * 60, zone=zone)
    moved = moved_start(session, Spot(date(2026, 10, 26)))
    assert (moved.hour, instant_text(moved)) == (8, "2026-10-26T07:00:00.000Z")
    assert moved_start(session, Spot(date(2026, 10, 26), 555)).minute == 15
