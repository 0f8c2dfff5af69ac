"""Pictures of numbers as plain HTML: bars in the colours of the page, with their numbers as text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .figures import QUIET, escape

HEIGHT, MOST_BARS = 88, 8
_BRAND = "var(--jp-brand-color1,#1976d2)"
# A notebook that is not trusted yet keeps plain colours and sizes only; each bar has those first.
_INK = f"background-color:#1976d2;background:{_BRAND}"
# What is not settled is striped, so that it differs by more than its colour.
_STRIPES = (
    "background-color:#9cc4ec;"
    f"background:repeating-linear-gradient(135deg,{_BRAND} 0 2px,transparent 2px 5px)"
)
_COLUMNS = "display:flex;border-bottom:1px solid #bbb;border-bottom-color:var(--jp-border-color1,#bbb)"
_ENDS = "display:flex;justify-content:space-between;gap:12px;font-size:12px"
_ROWS = (
    "display:grid;grid-template-columns:minmax(64px,max-content) minmax(60px,1fr) max-content;"
    "gap:4px 10px;align-items:center"
)
_NUMBER = "text-align:right;font-variant-numeric:tabular-nums"
TITLE = "font-weight:600;font-size:12px;padding-bottom:6px"


@dataclass(frozen=True, slots=True)
class Bar:
    """What it stands for, how long it is, what it says; and how much is not settled besides."""

    name: str
    value: float
    told: str
    open: float = 0


def columns(title: str, bars: Sequence[Bar], summary: str, top: str) -> str:
    """Bars that stand side by side, the first and the last one named.

    Args:
        summary: the picture in words, for who cannot see it.
        top: what the highest bar stands for.
    """
    most = max((bar.value + bar.open for bar in bars), default=0) or 1
    shown = "".join(_column(bar, most) for bar in bars)
    ends = f"<span>{escape(bars[0].name)}</span><span>{escape(bars[-1].name)}</span>"
    return (
        f'<div role="img" aria-label="{escape(f"{title}: {summary}")}" style="max-width:640px">'
        f'<div style="{_ENDS}"><span style="{TITLE}">{escape(title)}</span>'
        f'<span style="{QUIET}">{escape(top)}</span></div>'
        f'<div style="{_COLUMNS};height:{HEIGHT}px">{shown}</div>'
        f'<div style="{QUIET};{_ENDS}">{ends}</div></div>'
    )


def _column(bar: Bar, most: float) -> str:
    parts = [
        (max(2, round(HEIGHT * amount / most)), paint)
        for amount, paint in ((bar.open, _STRIPES), (bar.value, _INK))
        if amount > 0
    ]
    above = max(0, HEIGHT - sum(height for height, _ in parts))
    stacked = "".join(
        f'<div style="height:{height}px;{paint}"></div>' for height, paint in ((above, ""), *parts)
    )
    name = escape(f"{bar.name}: {bar.told}")
    return f'<div title="{name}" style="width:100%;min-width:1px;margin:0 1px">{stacked}</div>'


def rows(title: str, bars: Sequence[Bar], summary: str) -> str:
    """Bars that lie below each other, each with its name and what it says."""
    most = max((bar.value + bar.open for bar in bars), default=0) or 1
    shown = "".join(_row(bar, most) for bar in bars)
    label = escape(f"{title}: {summary}")
    return (
        f'<div role="img" aria-label="{label}" style="flex:1 1 260px;max-width:420px">'
        f'<div style="{TITLE}">{escape(title)}</div><div style="{_ROWS}">{shown}</div></div>'
    )


def _row(bar: Bar, most: float) -> str:
    parts = ((bar.value, _INK), (bar.open, _STRIPES))
    stacked = "".join(
        f'<div style="width:{max(0.5, 100 * amount / most):.1f}%;{paint}"></div>'
        for amount, paint in parts
        if amount > 0
    )
    line = f'<div style="display:flex;height:10px;border-radius:2px;overflow:hidden">{stacked}</div>'
    return (
        f'<span style="overflow-wrap:anywhere">{escape(bar.name)}</span>{line}'
        f'<span style="{_NUMBER}">{escape(bar.told)}</span>'
    )
