"""A report in English."""

from __future__ import annotations

from .measure import Place
from .report import Report, level

BEYOND = "The studio measures pictures and recognises nothing in them, so it cannot say what this shows."
SOFT = (0.12, 0.3)
HONEST = "All of this is measured; what the picture shows is not recognised."


def write(report: Report) -> str:
    """The description, a paragraph a group of aspects."""
    said = {
        "colours": colours(report),
        "light": light(report),
        "composition": composition(report),
        "sharpness": sharpness(report),
        "format": form(report),
        "origin": origin(report),
    }
    parts = [said[name] for name in report.aspects]
    if report.beyond:
        parts.insert(0, BEYOND)
    elif report.whole and report.length == "detailed":
        parts.append(HONEST)
    return ("\n\n" if report.length == "detailed" else " ").join(parts)


def colours(report: Report) -> str:
    found = list(report.measured.colours)
    if report.length == "detailed":
        return "Colours: " + ", ".join(f"{c.english} {c.share:.0%} ({c.code})" for c in found) + "."
    brief = report.length == "brief"
    large, accents = (
        [c for c in found if not c.accent][: 3 if brief else 5],
        [c for c in found if c.accent][:2],
    )
    shares = [c.english if brief else f"{c.english} ({c.share:.0%})" for c in large]
    touch = f"a touch of {_listed([c.english for c in accents])}" if accents else ""
    if len(shares) == 1:
        return f"It is {shares[0]} throughout" + (f", with {touch}." if touch else ".")
    main = 2 if len(shares) > 2 and large[0].share < 0.6 else 1
    rest = f"{', '.join(shares[main:])} and {touch}" if touch else _listed(shares[main:])
    return f"Mostly {_listed(shares[:main])}, with {rest}."


def light(report: Report) -> str:
    m = report.measured
    tone = ("very dark", "dark", "medium bright", "bright", "very bright")[
        level(m.brightness, 0.25, 0.45, 0.68, 0.85)
    ]
    contrast = ("hardly any", "little", "clear", "strong")[level(m.contrast, 0.05, 0.12, 0.22)]
    first = f"It is {_a(tone)} picture with {contrast} contrast"
    if m.chroma < 0.02:
        first += ", all but colourless"
    else:
        first += (", cold in tone", "", ", warm in tone")[level(m.warmth, -0.012, 0.02)]
    if report.length == "brief":
        return first + "."
    where = f"the brightest part is {_place(m.lit)}" if m.lit else "the light is even"
    if report.length == "standard":
        return f"{first}; {where}."
    shares = f"{m.dark:.0%} of it is dark and {m.bright:.0%} is bright"
    numbers = f"Mean lightness {m.brightness:.0%}, spread {m.contrast:.0%}."
    return f"Light: {first[0].lower()}{first[1:]}; {where}. {shares[0].upper()}{shares[1:]}. {numbers}"


def composition(report: Report) -> str:
    m = report.measured
    first = f"The eye goes to what stands out {_place(m.focus)}"
    if report.length == "brief":
        return first + "."
    busy = ("very calm", "calm", "moderately detailed", "busy")[level(m.detail, 0.006, 0.014, 0.03)]
    said = [f"{first}; the whole is {busy}"]
    if m.calm:
        said.append(f"the {m.calm} half is much calmer than the rest")
    if m.level is not None:
        said.append(f"a level edge runs across at {m.level:.0%} of the height")
    if m.symmetry > 0.72:
        said.append("the left nearly mirrors the right")
    text = ", ".join(said[:-1]) + (", and " if len(said) > 1 else "") + said[-1] + "."
    if report.length == "standard":
        return text
    return f"Composition: {text[0].lower()}{text[1:]} Mirror symmetry {m.symmetry:.0%}."


def sharpness(report: Report) -> str:
    m = report.measured
    words = ("It has no detail to be sharp or blurred", "It is blurred", "It is a little soft", "It is sharp")
    step = level(m.sharpness, 0.001, *SOFT)
    text = words[step]
    if report.length == "brief" or step == 0:
        return text + "."
    text += f", {_place(m.sharpest)} most of all" if step > 1 else ""
    return text + "." if report.length == "standard" else f"Sharpness: {text[0].lower()}{text[1:]}."


def form(report: Report) -> str:
    m = report.measured
    text = f"{m.orientation.capitalize()}, {m.width} × {m.height} pixels"
    if report.length == "brief":
        return text + "."
    text += f", {m.kind}"
    if m.moving:
        text += " of several frames, of which the first was measured"
    text += f"; {m.clear:.0%} of it is transparent" if m.clear >= 0.005 else ", nothing transparent"
    return f"{text}." if report.length == "standard" else f"Format: {text[0].lower()}{text[1:]}."


def origin(report: Report) -> str:
    made, said = report.made, []
    if made:
        said.append(
            f"This studio made these very bytes: creation {made['creation_id']} of the generator "
            f"{made['generator']}, drawn procedurally by its engine {made['engine']}/{made['engine_version']}"
        )
        if made.get("prompt"):
            said[0] += f" from the prompt “{made['prompt']}”"
        if made.get("understood"):
            said[0] += f", of which it knew {_listed(list(made['understood']))}"
    said += [f"The file says {name}: “{text}”" for name, text in report.written.items()]
    if report.signed:
        said.append("It carries content credentials, which were not checked")
    return ". ".join(said or ["Nothing in the file says where it comes from"]) + "."


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _a(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _place(place: Place) -> str:
    row, column = place
    if place == ("middle", "centre"):
        return "in the centre"
    if row == "middle":
        return f"on the {column}"
    return f"at the {row} {column}" if column != "centre" else f"at the {row}"
