"""A report in Korean."""

from __future__ import annotations

from .english import SOFT
from .measure import Place
from .report import Report, level

BEYOND = "스튜디오는 그림을 재기만 하고 무엇이 그려져 있는지는 알아보지 못합니다."
HONEST = "모두 잰 값이며, 무엇이 그려져 있는지는 알아보지 않았습니다."
ROWS = {"top": "위", "middle": "가운데", "bottom": "아래"}
COLUMNS = {"left": "왼쪽", "centre": "가운데", "right": "오른쪽"}
HALVES = {"upper": "위쪽", "lower": "아래쪽", "left": "왼쪽", "right": "오른쪽"}
ORIENTATIONS = {"square": "정사각형", "landscape": "가로형", "portrait": "세로형"}


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
        return "색: " + ", ".join(f"{c.korean} {c.share:.0%} ({c.code})" for c in found) + "."
    brief = report.length == "brief"
    large, accents = (
        [c for c in found if not c.accent][: 3 if brief else 5],
        [c for c in found if c.accent][:2],
    )
    shares = [c.korean if brief else f"{c.korean}({c.share:.0%})" for c in large]
    touch = f" 작게 눈에 띄는 색: {', '.join(c.korean for c in accents)}." if accents else ""
    if len(shares) == 1:
        return f"전체가 한 가지 색, {shares[0]}입니다.{touch}"
    main = 2 if len(shares) > 2 and large[0].share < 0.6 else 1
    return f"주된 색: {', '.join(shares[:main])}. 그 밖의 색: {', '.join(shares[main:])}.{touch}"


def light(report: Report) -> str:
    m = report.measured
    tone = ("아주 어둡고", "어두운 편이고", "밝기는 중간이고", "밝은 편이고", "아주 밝고")[
        level(m.brightness, 0.25, 0.45, 0.68, 0.85)
    ]
    contrast = ("거의 없습니다", "약합니다", "뚜렷합니다", "강합니다")[level(m.contrast, 0.05, 0.12, 0.22)]
    said = [f"{tone} 명암 대비는 {contrast}."]
    if m.chroma < 0.02:
        said.append("색이 거의 없습니다.")
    elif tint := ("차가운 색조입니다.", "", "따뜻한 색조입니다.")[level(m.warmth, -0.012, 0.02)]:
        said.append(tint)
    if report.length != "brief":
        said.append(f"가장 밝은 곳은 {_place(m.lit)}입니다." if m.lit else "빛은 고릅니다.")
    if report.length == "detailed":
        said.append(f"어두운 부분 {m.dark:.0%}, 밝은 부분 {m.bright:.0%}, 평균 밝기 {m.brightness:.0%}.")
        return "빛: " + " ".join(said)
    return " ".join(said)


def composition(report: Report) -> str:
    m = report.measured
    said = [f"가장 눈에 띄는 곳은 {_place(m.focus)}입니다."]
    if report.length == "brief":
        return said[0]
    said.append(
        ("아주 차분한", "차분한", "짜임이 적당히 촘촘한", "빽빽한")[level(m.detail, 0.006, 0.014, 0.03)]
        + " 화면입니다."
    )
    if m.calm:
        said.append(f"{HALVES[m.calm]} 절반이 나머지보다 훨씬 한적합니다.")
    if m.level is not None:
        said.append(f"높이 {m.level:.0%} 자리에 수평 경계가 있습니다.")
    if m.symmetry > 0.72:
        said.append("좌우가 거의 대칭입니다.")
    if report.length == "detailed":
        return "구도: " + " ".join([*said, f"좌우 대칭도 {m.symmetry:.0%}."])
    return " ".join(said)


def sharpness(report: Report) -> str:
    m = report.measured
    step = level(m.sharpness, 0.001, *SOFT)
    text = ("선명도를 잴 만한 세부가 없습니다.", "흐립니다.", "조금 부드럽습니다.", "선명합니다.")[step]
    if report.length != "brief" and step > 1:
        text += f" 가장 선명한 곳은 {_place(m.sharpest)}입니다."
    return f"선명도: {text}" if report.length == "detailed" else text


def form(report: Report) -> str:
    m = report.measured
    text = f"{ORIENTATIONS[m.orientation]}, {m.width} × {m.height}픽셀"
    if report.length == "brief":
        return text + "."
    text += f", {m.kind}"
    if m.moving:
        text += "(여러 장면 가운데 첫 장면을 쟀습니다)"
    text += f", 투명한 부분 {m.clear:.0%}" if m.clear >= 0.005 else ", 투명한 부분 없음"
    return f"형식: {text}." if report.length == "detailed" else f"{text}."


def origin(report: Report) -> str:
    made, said = report.made, []
    if made:
        said.append(
            f"이 스튜디오가 만든 바로 그 파일입니다: 창작물 {made['creation_id']}, "
            f"생성기 {made['generator']}, 절차적 엔진 {made['engine']}/{made['engine_version']}"
        )
        if made.get("prompt"):
            said[0] += f", 프롬프트 “{made['prompt']}”"
        if made.get("understood"):
            said[0] += f", 알아들은 말 {', '.join(made['understood'])}"
    said += [f"파일에 적힌 {name}: “{text}”" for name, text in report.written.items()]
    if report.signed:
        said.append("콘텐츠 자격 증명이 들어 있으나 확인하지는 않았습니다")
    return ". ".join(said or ["파일에는 출처가 적혀 있지 않습니다"]) + "."


def _place(place: Place) -> str:
    row, column = ROWS[place[0]], COLUMNS[place[1]]
    if place == ("middle", "centre"):
        return "한가운데"
    return column if place[0] == "middle" else f"{column} {row}" if place[1] != "centre" else row
