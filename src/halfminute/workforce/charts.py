"""Charts as inline SVG that take their colours from the page around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import Final

WIDTH: Final = 720
HEIGHT: Final = 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 10, 10, 24
_TICKS: Final = 4
_DAY_HOURS: Final = 24
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Series:
    """One line: a value for each interval, None where there is none. `tone` is a class of CSS."""

    name: str
    values: Sequence[float | None]
    tone: str = "first"
    is_step: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over the hours of a run. `target` is drawn as a dashed line, with its name."""

    title: str
    unit: str
    series: tuple[Series, ...]
    interval_hours: float
    target: float | None = None
    target_name: str = ""
    is_ratio: bool = False

    def draw(self) -> str:
        """The figure with its caption."""
        values = [value for line in self.series for value in line.values if value is not None]
        top, step = _scale([*values, self.target or 0.0])
        if self.is_ratio and top > 1:
            top, step = 1.0, 0.25
        parts = [
            *self._grid(top, step),
            *self._hours(),
            *(self._line(line, top) for line in self.series),
            self._target(top),
        ]
        label = escape(f"{self.title}. {self._told()}", quote=True)
        unit = f'<span class="unit">{escape(self.unit)}</span>'
        return (
            f"<figure><figcaption>{escape(self.title)} {unit}"
            f'{self._legend()}</figcaption><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'aria-label="{label}">{"".join(parts)}</svg></figure>'
        )

    def _told(self) -> str:
        told = []
        for line in self.series:
            values = [value for value in line.values if value is not None]
            if values:
                least, most = (self._number(pick(values)) for pick in (min, max))
                told.append(f"{line.name}: from {least} to {most} {self.unit}")
        return "; ".join(told)

    def _legend(self) -> str:
        if len(self.series) < 2:
            return ""
        items = "".join(f'<li class="{line.tone}">{escape(line.name)}</li>' for line in self.series)
        return f'<ul class="legend">{items}</ul>'

    def _grid(self, top: float, step: float) -> list[str]:
        parts = []
        for tick in range(round(top / step) + 1):
            y = _y(tick * step, top)
            parts.append(
                f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
                f'<text class="tick" x="{_LEFT - 6}" y="{y + 3.5:g}" text-anchor="end">'
                f"{self._number(tick * step)}</text>"
            )
        return parts

    def _hours(self) -> list[str]:
        hours = len(self.series[0].values) * self.interval_hours
        if hours > 2 * _DAY_HOURS:
            days = ceil(hours / _DAY_HOURS)
            every = 1 if days <= 14 else 7
            marks = [(day * _DAY_HOURS, _DAYS[day % 7]) for day in range(0, days, every)]
        else:
            every = 1 if hours <= 12 else 3
            marks = [
                (hour, f"{hour % _DAY_HOURS:02}:00") for hour in range(0, floor(hours) + 1, every)
            ]
        return [
            f'<text class="tick" x="{self._x(hour / self.interval_hours)}" y="{HEIGHT - 7}" '
            f'text-anchor="{_anchor(hour, hours)}">{name}</text>'
            for hour, name in marks
        ]

    def _line(self, line: Series, top: float) -> str:
        commands: list[str] = []
        is_down = False
        for position, value in enumerate(line.values):
            if value is None:
                is_down = False
                continue
            y = _y(min(value, top), top)
            if line.is_step:
                start, end = self._x(position), self._x(position + 1)
                commands.append(f"{'L' if is_down else 'M'}{start} {y}H{end}")
            else:
                commands.append(f"{'L' if is_down else 'M'}{self._x(position + 0.5)} {y}")
            is_down = True
        return f'<path class="line {line.tone}" d="{"".join(commands)}"/>'

    def _target(self, top: float) -> str:
        if self.target is None:
            return ""
        y = _y(min(self.target, top), top)
        return (
            f'<line class="target" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
            f'<text class="target-name" x="{WIDTH - _RIGHT}" y="{y - 4 if y > 24 else y + 12:g}" '
            f'text-anchor="end">{escape(self.target_name)}</text>'
        )

    def _x(self, position: float) -> float:
        count = max(1, len(self.series[0].values))
        return round(_LEFT + position / count * (WIDTH - _LEFT - _RIGHT), 1)

    def _number(self, value: float) -> str:
        shown = 100 * value if self.is_ratio else value
        return f"{shown:,.0f}" if shown >= 100 else f"{shown:.3g}"


def _anchor(hour: float, hours: float) -> str:
    """Words at the ends of the axis stay within it."""
    if hour == 0:
        return "start"
    return "end" if hour >= hours else "middle"


def _y(value: float, top: float) -> float:
    return round(HEIGHT - _BOTTOM - value / top * (HEIGHT - _TOP - _BOTTOM), 1)


def _scale(values: Sequence[float]) -> tuple[float, float]:
    """The end of the axis and its step: 1, 2 or 5 of a power of ten, about `_TICKS` of them."""
    most = max(values, default=0.0) or 1.0
    rough = most / _TICKS
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    return step * ceil(most / step * 0.999), step
