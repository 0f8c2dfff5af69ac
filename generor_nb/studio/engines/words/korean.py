"""Small tools of Korean: particles by the sound before them, and what a Korean prompt is about."""

from __future__ import annotations

import re

# With a final consonant, without one.
PARTICLES = {
    "은": ("은", "는"),
    "이": ("이", "가"),
    "을": ("을", "를"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
    "이라": ("이라", "라"),
    "이란": ("이란", "란"),
    "이었": ("이었", "였"),
    "아": ("아", "야"),
    "이에요": ("이에요", "예요"),
}
MARK = re.compile(r"(.)\[(" + "|".join(sorted(PARTICLES, key=len, reverse=True)) + r")\]")
DIGITS = {"0": 21, "1": 8, "2": 0, "3": 16, "4": 0, "5": 0, "6": 1, "7": 8, "8": 8, "9": 0}
RIEUL = 8
GENRES = (
    "상품 설명|제품 설명|자기소개서|자기소개|소개서|캐릭터|등장인물|공부 계획|학습 계획|여행 계획|여행 일정|"
    "일정|계획|준비물|짐 목록|목록|퀴즈|문제|동화|이야기|소설|시|노래 가사|가사|노래|농담|유머|운세|편지|"
    "이메일 제목|메일 제목|이메일|메일|축하 글|축하 메시지|생일 축하|축하|초대장|초대 글|슬로건|표어|"
    "광고 문구|광고|이름 후보|작명|이름|게시글|게시물|포스트|글|해시태그|설명|회의 안건|안건|레시피|요리법|"
    "일기|대본|카피|문구"
)
DEMAND = re.compile(
    r"\s*(?:좀\s*)?(?:하나만?\s*)?"
    r"(?:써|적어|만들어|지어|작성해|알려|짜|추천해|들려|정해|뽑아|골라|해)\s*"
    r"(?:줘|줘요|주세요|주실래요|줄래요?|보자|봐)"
    r"[.!?~\s]*$"
)
ABOUT = re.compile(
    r"^(.+?)(?:에\s*대한|에\s*관한|에\s*대해서?|에\s*관해서?|[을를]\s*위한|[을를]\s*주제로\s*한?|[이가]\s*나오는|관련)\s*.*$"
)


SPAN = re.compile(
    r"(\d+)\s*박\s*(\d+)\s*일(?:\s*(?:동안|간|짜리))?(?:의|로)?|(\d+)\s*일(?:\s*(?:동안|간|짜리))(?:의)?"
)
WEEK = re.compile(r"(?:일주일|한 주|두 주|(\d+)\s*주(?:일|간)?)(?:\s*(?:동안|간|치|짜리))?(?:의)?")
ITEMS = re.compile(r"(\d+)\s*(?:개|문제|문항|장|가지|줄|명|단어|컷)")
KIN = re.compile(
    r"((?:우리\s*)?(?:엄마|아빠|어머니|아버지|어머님|아버님|할머니|할아버지|언니|누나|오빠|남동생|여동생|동생|아내|남편|이모|고모|삼촌|조카|"
    r"선생님|교수님|사장님|부장님|팀장님|선배|후배|친구|딸|아들|집주인|담당자))(?:의|에게|께|한테|\s|$)"
)


def counts(prompt: str) -> tuple[int, tuple[int, ...]]:
    """The days a Korean prompt speaks of, and how many of something it wants."""
    span, week = SPAN.search(prompt), WEEK.search(prompt)
    days = int(span[2] or span[3]) if span else 7 * int(week[1] or 1) if week else 0
    return days, tuple(int(number) for number in ITEMS.findall(prompt) if 0 < int(number) < 100)


def kin_in(prompt: str) -> str:
    """The person a Korean prompt speaks of: 엄마, 선생님."""
    found = KIN.search(prompt)
    return found[1] if found else ""


def final(char: str) -> int:
    """The number of a syllable's final consonant, 0 for none; letters and digits as they are read."""
    if "가" <= char <= "힣":
        return (ord(char) - ord("가")) % 28
    if char in DIGITS:
        return DIGITS[char]
    return {"l": 8, "r": 0, "m": 16, "n": 4, "k": 1, "p": 17, "b": 17, "g": 21, "t": 0}.get(char.lower(), 0)


def particles(text: str) -> str:
    """Choose each [은], [이], [을] … by the final consonant before it."""

    def choose(match: re.Match[str]) -> str:
        closed, open_ = PARTICLES[match[2]]
        sound = final(match[1])
        light = sound == 0 or (match[2] == "으로" and sound == RIEUL)
        return match[1] + (open_ if light else closed)

    return MARK.sub(choose, text)


def is_korean(text: str) -> bool:
    """Whether most letters are Korean."""
    letters = [char for char in text if char.isalpha()]
    hangul = sum(1 for char in letters if "가" <= char <= "힣" or "ㄱ" <= char <= "ㅣ")
    return bool(letters) and hangul * 2 > len(letters)


def topic_of(prompt: str) -> str:
    """The subject of a Korean prompt without "에 대한 시를 써 주세요"."""
    text = re.split(r"[.!?\n]", prompt.strip(), maxsplit=1)[0]
    text = re.sub(r"<[^<>]*>|//+|[<>{}\[\]|`*#()\"¶]", "", DEMAND.sub("", text)).strip()
    about = ABOUT.match(text)
    if about:
        text = about[1]
    text = re.sub(r"\s*\d+\s*(?:개|문제|문항|장|가지|줄)$", "", text) or text
    text = (
        re.sub(
            rf"\s+(?:짧은|긴|재미있는|멋진|좋은|예쁜)?\s*(?:{GENRES})(?:[을를은는이가])?\s*\d*개?$", "", text
        )
        or text
    )
    text = re.sub(r"^(?:짧은|재미있는|새로운|멋진)\s+", "", text)
    text = re.sub(r"\s+(?:인스타그램|인스타|페이스북|블로그|트위터|SNS)$", "", text)
    text = re.sub(r"^[가-힣 ]{1,10}?(?:에게|한테|께)\s+(?=\S)", "", text)
    timed = " ".join(WEEK.sub(" ", SPAN.sub(" ", text)).split())
    if timed and timed != text:
        text = (
            re.sub(
                r"\s*(?:가족|커플|신혼|우정|효도|배낭|혼자)?\s*(?:여행)?(?:\s*(?:계획|일정|코스))?$",
                "",
                timed,
            )
            or timed
        )
    words = text.split()[:5]
    if words and len(words[-1]) > 2:
        words[-1] = re.sub(r"(?<=[가-힣]{2})(?:에게|한테|에서|으로|[을를])$", "", words[-1])
    return " ".join(words)
